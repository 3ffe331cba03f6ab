package io.saddlebag.journal;

import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An extensible journal as members of an image: what it held at first, and then what was added (J2). */
final class ExtensibleMembers implements ImageSource {
    private final JournalSource source;
    private final Journal journal;
    private final Rest rest;
    private final Instant at;
    private final JournalMembers.Told told;
    private volatile long end;
    private boolean begun;
    private boolean ended;

    /** The journal as it is now, at least as long as before. */
    interface Rest {
        Journal get() throws IOException, InterruptedException;
    }

    /**
     * @param from so many bytes are durable already
     */
    ExtensibleMembers(
            JournalSource source, Journal journal, long from, Rest rest, Instant at, JournalMembers.Told told) {
        this.source = source;
        this.journal = journal;
        this.end = from;
        this.rest = rest;
        this.at = at;
        this.told = told;
    }

    /** So many bytes were handed over, or are durable from before. */
    long end() {
        return end;
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        if (!begun) {
            begun = true;
            return member(journal);
        }
        if (ended) {
            return null;
        }
        ended = true;
        Journal now = now();
        return now.bytes() > end ? member(now) : null;
    }

    private ImageMember member(Journal upTo) {
        told.reading(upTo);
        long from = end;
        end = upTo.bytes();
        return ImageMember.file(
                ByteString.of(JournalPaths.of(upTo.id(), from, upTo.name())),
                MemberAttributes.of(JournalMembers.MODE, Owner.ROOT, MemberTimes.modified(at)),
                upTo.bytes() - from,
                () -> part(upTo, from));
    }

    private InputStream part(Journal upTo, long from) throws IOException {
        return source.open(upTo, from);
    }

    private Journal now() throws IOException {
        try {
            return rest.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while a quiet point was waited for");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
