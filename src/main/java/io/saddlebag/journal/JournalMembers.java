package io.saddlebag.journal;

import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The journals of a pass as members of its image: the ready ones, then the current one, once it is ready. */
final class JournalMembers implements ImageSource {
    /** Journals hold what their database keeps from others. */
    static final int MODE = 0600;

    private final JournalSource source;
    private final Deque<Journal> ready;
    private final @Nullable Last last;
    private final Instant at;
    private final Told told;
    private final List<Journal> taken = Collections.synchronizedList(new ArrayList<>());
    private boolean lastTaken;

    /** Makes the current journal ready, at a quiet point if one is wanted. */
    interface Last {
        Optional<Journal> get() throws IOException, InterruptedException;
    }

    /** Hears of each journal before it is read. */
    interface Told {
        void reading(Journal journal);
    }

    JournalMembers(JournalSource source, List<Journal> ready, @Nullable Last last, Instant at, Told told) {
        this.source = source;
        this.ready = new ArrayDeque<>(ready);
        this.last = last;
        this.at = at;
        this.told = told;
    }

    /** Those that were handed over, in order. */
    List<Journal> taken() {
        return List.copyOf(taken);
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        Journal journal = ready.poll();
        if (journal == null && last != null && !lastTaken) {
            lastTaken = true;
            journal = current(last);
        }
        if (journal == null) {
            return null;
        }
        told.reading(journal);
        taken.add(journal);
        Journal read = journal;
        return ImageMember.file(
                ByteString.of(JournalPaths.of(read.id(), 0, read.name())),
                MemberAttributes.of(MODE, Owner.ROOT, MemberTimes.modified(at)),
                read.bytes(),
                () -> source.open(read, 0));
    }

    private static @Nullable Journal current(Last last) throws IOException {
        try {
            return last.get().orElse(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while journals were switched");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
