package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Opens and reads small files of a source before their turn comes, several at a time. Members keep their order, and each file is
 * handed over as it was found: shorter or longer than promised, vanished, or readable up to some byte only (D4). One thread at a
 * time takes them. Memory: {@link #MOST_BYTES}, and one file more.
 *
 * <p>Only for sources of which no content depends on members before it having been read.
 */
public final class SmallFilesAhead implements ImageSource {
    static final int MOST_FILE_BYTES = 256 << 10;
    static final int MOST_MEMBERS = 64;
    static final long MOST_BYTES = 8L << 20;

    private final ImageSource source;
    private final OrderedTasks<ImageMember> reading;
    private final Deque<ImageMember> row = new ArrayDeque<>();
    private long bytes;
    private boolean ended;
    private @Nullable Throwable failure;

    /** @param executor any, also one that refuses: the taking thread then reads */
    public SmallFilesAhead(ImageSource source, Executor executor) {
        this.source = source;
        this.reading = new OrderedTasks<>(executor, MOST_MEMBERS);
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        while (!ended && row.size() < MOST_MEMBERS && bytes < MOST_BYTES) {
            takeOver();
        }
        ImageMember member = row.poll();
        if (member == null) {
            if (failure != null) {
                throw OrderedTasks.rethrown(failure);
            }
            return null;
        }
        if (!isSmallFile(member)) {
            return member;
        }
        bytes -= member.size();
        return reading.take();
    }

    /** What is wrong behind members doesn't keep them from their taker. */
    private void takeOver() {
        try {
            ImageMember member = source.next();
            if (member == null) {
                ended = true;
                return;
            }
            row.add(member);
            if (isSmallFile(member)) {
                bytes += member.size();
                reading.submit(() -> read(member));
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            ended = true;
        }
    }

    private static boolean isSmallFile(ImageMember member) {
        return member.type() == MemberType.FILE && member.sparse() == null && member.size() <= MOST_FILE_BYTES;
    }

    private static ImageMember read(ImageMember member) {
        InputStream file;
        try {
            file = member.content().open();
        } catch (IOException e) {
            return with(member, () -> {
                throw e;
            });
        }
        // one more, if there is one: then it has grown
        byte[] found = new byte[(int) member.size() + 1];
        int length = 0;
        IOException after = null;
        try {
            int n = file.read(found, 0, found.length);
            while (n > 0) {
                length += n;
                n = length == found.length ? -1 : file.read(found, length, found.length - length);
            }
        } catch (IOException e) {
            after = e;
        }
        IOException closing = null;
        try {
            file.close();
        } catch (IOException e) {
            closing = e;
        }
        FoundContent content = new FoundContent(ByteBuffer.wrap(found, 0, length), after, closing);
        return with(member, () -> content);
    }

    private static ImageMember with(ImageMember member, Content content) {
        return ImageMember.file(member.path(), member.attributes(), member.size(), content);
    }

    @Override
    public void close() throws IOException {
        try (source) {
            reading.close();
        }
    }

    /** The bytes, and then the end or a failure; read once. */
    private static final class FoundContent extends ByteStream {
        private final ByteBuffer bytes;
        private final @Nullable IOException after;
        private final @Nullable IOException closing;
        private boolean closed;

        FoundContent(ByteBuffer bytes, @Nullable IOException after, @Nullable IOException closing) {
            this.bytes = bytes;
            this.after = after;
            this.closing = closing;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int n = Math.min(into.remaining(), bytes.remaining());
            if (n == 0) {
                if (after != null) {
                    throw after;
                }
                return -1;
            }
            into.put(into.position(), bytes, bytes.position(), n).position(into.position() + n);
            bytes.position(bytes.position() + n);
            return n;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() throws IOException {
            if (!closed && closing != null) {
                closed = true;
                throw closing;
            }
            closed = true;
        }
    }
}
