package io.saddlebag.librarian;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream of unknown length as members of an image. A member's header says how long it is, so the stream is cut into parts that fit
 * into memory; all but the last have the same length, and one behind the other they are the piece. One of no bytes has one part.
 */
final class PieceMembers implements ImageSource {
    /** As much as a segment of PostgreSQL's log has, so that each of those is one file in its image. */
    static final int PART_BYTES = 16 << 20;

    /** The folder of the parts in the image. */
    private static final String FOLDER = "piece";

    /** Parts are readable by their owner alone: nobody knows what is in them. */
    private static final int MODE = 0600;

    private final PieceName name;
    private final InputStream content;
    private final OptionalLong promised;
    private final Instant at;
    private final Heard heard;
    private final byte[] part;
    private long parts;
    private long bytes;
    private boolean ended;

    /** Hears of each part. */
    interface Heard {
        /** @throws IOException to end it */
        void before() throws IOException;

        /** @param part valid until this returns */
        void read(byte[] part, int length);
    }

    /** @param promised how long it has to be; empty when that isn't known */
    PieceMembers(PieceName name, InputStream content, OptionalLong promised, Instant at, Heard heard, int partBytes) {
        this.name = name;
        this.content = content;
        this.promised = promised;
        this.at = at;
        this.heard = heard;
        this.part = new byte[partBytes];
    }

    static String path(long number) {
        return FOLDER + "/" + String.format(Locale.ROOT, "%09d", number);
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        if (ended) {
            return null;
        }
        heard.before();
        int length = read();
        heard.read(part, length);
        bytes += length;
        ended = length < part.length;
        if (ended && promised.isPresent() && promised.getAsLong() != bytes) {
            throw new BackupException(
                    PieceFault.INPUT,
                    "piece " + name + " was to have " + promised.getAsLong() + " bytes, and its input ended after "
                            + bytes,
                    "Look at what makes the input: it may have failed.");
        }
        if (length == 0 && parts > 0) {
            return null;
        }
        parts++;
        return ImageMember.file(
                ByteString.of(path(parts)),
                MemberAttributes.of(MODE, Owner.ROOT, MemberTimes.modified(at)),
                length,
                // read to its end before the next one is asked for
                () -> new ByteArrayInputStream(part, 0, length));
    }

    private int read() throws IOException {
        try {
            return content.readNBytes(part, 0, part.length);
        } catch (IOException e) {
            throw new BackupException(
                    PieceFault.INPUT,
                    "the input of piece " + name + " failed behind byte " + bytes + ": " + e.getMessage(),
                    "Look at what makes the input, and put the piece again.",
                    e);
        }
    }
}
