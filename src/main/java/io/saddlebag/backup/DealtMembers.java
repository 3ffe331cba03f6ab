package io.saddlebag.backup;

import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Deals the members of one tree to the lanes of an image (M28): each goes to the lane that asks next, so that no drive waits
 * for another. Folders all go to the first lane, and further names of a file to the lane that has the file: whoever extracts
 * the first lane last has everything as it was. Thread-safe.
 */
final class DealtMembers implements LaneShares {
    /** Members kept for another lane, at most; its turn comes before more are dealt. */
    static final int MOST_KEPT = 4096;

    private final FileTree tree;
    private final List<Deque<ImageMember>> kept = new ArrayList<>();
    private final BitSet closed = new BitSet();
    private boolean ended;
    private @Nullable IOException failure;

    DealtMembers(FileTree tree, int lanes) {
        this.tree = tree;
        for (int i = 0; i < lanes; i++) {
            kept.add(new ArrayDeque<>());
        }
    }

    @Override
    public ImageSource lane(int index) {
        return new Dealt(index);
    }

    private synchronized @Nullable ImageMember next(int lane) throws IOException {
        Deque<ImageMember> own = kept.get(lane);
        while (true) {
            if (failure != null) {
                throw new IOException("the tree could not be read to its end", failure);
            }
            ImageMember first = own.poll();
            if (first != null) {
                notifyAll();
                return settled(first, lane);
            }
            if (ended) {
                return null;
            }
            if (awaitOthers()) {
                continue;
            }
            ImageMember member = read();
            if (member != null) {
                kept.get(laneFor(member, lane)).add(member);
            }
        }
    }

    private @Nullable ImageMember read() throws IOException {
        boolean done = false;
        try {
            ImageMember member = tree.next();
            ended = member == null;
            done = true;
            return member;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            if (!done && failure == null) {
                failure = new IOException("reading the tree failed");
            }
            notifyAll();
        }
    }

    /** A file instead of a further name has names of its own, in the same lane. */
    private ImageMember settled(ImageMember member, int lane) throws IOException {
        ImageMember settled = Objects.requireNonNull(tree.settled(member));
        if (member.type() == MemberType.HARD_LINK && settled.type() == MemberType.FILE) {
            tree.settledIn(settled, lane);
        }
        return settled;
    }

    private int laneFor(ImageMember member, int asking) throws IOException {
        return member.type() == MemberType.DIRECTORY ? 0 : tree.laneOf(member, asking);
    }

    /** @return whether it had to wait for a lane that has enough, so that everything has to be looked at again */
    private synchronized boolean awaitOthers() throws IOException {
        boolean waited = false;
        try {
            while (failure == null && kept.stream().anyMatch(other -> other.size() >= MOST_KEPT)) {
                waited = true;
                wait();
            }
            return waited;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("reading the tree was stopped");
            stopped.initCause(e);
            throw stopped;
        }
    }

    /** A lane that ends early takes nothing more: those that wait for it must not wait for ever. */
    private synchronized void closed(int lane) throws IOException {
        if (failure == null && !(ended && kept.get(lane).isEmpty())) {
            failure = new IOException("another lane of the image was given up");
        }
        notifyAll();
        closed.set(lane);
        if (closed.cardinality() == kept.size()) {
            tree.close();
        }
    }

    private final class Dealt implements ImageSource {
        private final int lane;

        Dealt(int lane) {
            this.lane = lane;
        }

        @Override
        public @Nullable ImageMember next() throws IOException {
            return DealtMembers.this.next(lane);
        }

        @Override
        public void close() throws IOException {
            closed(lane);
        }
    }
}
