package io.saddlebag.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a part of an image, behind which the image can be gone on with by another process (D6).
 *
 * @param offset of what comes next in the tar stream, bytes
 * @param checksums how many checksums members there are before it
 * @param deletions how many lists of deletions
 * @param members objects of the source so far, without the image's own members and sockets
 * @param files how many of them are files
 * @param dataBytes sum of the files' lengths, holes not counted
 * @param chain digest of all headers and padding so far, with that of the part before as its beginning: 64 hexadecimal
 *     digits
 * @param last the object of the source that was asked for last, whether or not it could be read; see {@link #isBeforeObjects}
 * @param within null behind an object; else where in {@code last} the part ends
 */
public record PartEnd(
        long offset,
        int checksums,
        int deletions,
        long members,
        long files,
        long dataBytes,
        String chain,
        ByteString last,
        @Nullable PartInFile within) {
    /** @throws IllegalArgumentException when no part can end so */
    public PartEnd {
        Objects.requireNonNull(last);
        boolean counts = checksums > 0 && deletions >= 0 && files >= 0 && members >= files && dataBytes >= 0;
        if (!counts || offset <= 0 || offset % TarBlock.BYTES != 0 || !chain.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no part of an image ends at byte " + offset + " with " + members
                    + " objects, " + files + " files of " + dataBytes + " bytes, " + checksums + " lists of checksums, "
                    + deletions + " of deletions, and '" + chain + "'");
        }
        if (within != null && within.member() >= offset) {
            throw new IllegalArgumentException(
                    "a part doesn't end at byte " + offset + " within a file that begins at byte " + within.member());
        }
    }

    /** Whether no object of the source was asked for so far. */
    public boolean isBeforeObjects() {
        return last.equals(MemberName.MANIFEST);
    }

    /** What the image holds of objects that begin here or behind is to be written again. */
    public long objectsFrom() {
        return within == null ? offset : within.member();
    }
}
