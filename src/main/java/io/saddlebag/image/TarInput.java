package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The tar stream being read: knows where it is, and takes no early end for a good one. */
final class TarInput {
    /** Read and hashed in one go, bytes: stays in the processor's cache between reading and hashing. */
    static final int CHUNK_BYTES = 256 << 10;

    private final InputStream in;
    private @Nullable Sha256 sha256 = new Sha256();
    private long offset;

    /** @param offset of the first byte of {@code in} in the tar stream */
    TarInput(InputStream in, long offset) {
        this.in = in;
        this.offset = offset;
    }

    /** Of the byte read next. */
    long offset() {
        return offset;
    }

    void stopHashing() {
        sha256 = null;
    }

    /** Of all bytes up to here but the contents of members; null when nobody asked for it. */
    @Nullable
    Sha256 sha256() {
        return sha256 == null ? null : sha256.copy();
    }

    /** A part has ended here: the digest begins anew with what it came to. */
    void endPart() {
        if (sha256 != null) {
            sha256 = Sha256.behind(sha256.finish());
        }
    }

    /** Some bytes of headers or padding, at least one; -1 at the end of the stream. */
    int readSome(byte[] b, int off, int len) throws IOException {
        int n = readContent(b, off, len);
        if (n > 0 && sha256 != null) {
            sha256.update(b, off, n);
        }
        return n;
    }

    /** As {@link #readSome}, of a member's content, which has a digest of its own. */
    int readContent(byte[] b, int off, int len) throws IOException {
        int n = in.read(b, off, Math.min(len, CHUNK_BYTES));
        if (n > 0) {
            offset += n;
        }
        return n;
    }

    /** @param what is being read, for the message of a stream that was cut off */
    void readFully(byte[] b, int len, String what) throws IOException {
        int done = 0;
        while (done < len) {
            int n = readSome(b, done, len - done);
            if (n < 0) {
                throw truncated(what);
            }
            done += n;
        }
    }

    /** @return false when the stream ends right here */
    boolean readBlock(byte[] block) throws IOException {
        int n = readSome(block, 0, TarBlock.BYTES);
        if (n < 0) {
            return false;
        }
        int done = n;
        while (done < TarBlock.BYTES) {
            n = readSome(block, done, TarBlock.BYTES - done);
            if (n < 0) {
                throw truncated("a header");
            }
            done += n;
        }
        return true;
    }

    ImageException truncated(String what) {
        return new ImageException(
                ImageFault.TRUNCATED,
                "the image ends at byte " + offset + " of its tar stream, within " + what,
                "Read another copy of it; what comes before this place can be restored.");
    }
}
