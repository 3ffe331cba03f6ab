package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The compressed stream being read: knows where it is, and takes no early end for a good one. */
final class LayerInput {
    private final InputStream in;
    private final String layer;
    private final ByteBuffer small = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    private long offset;

    /** @param layer its name, for messages */
    LayerInput(InputStream in, String layer) {
        this.in = in;
        this.layer = layer;
    }

    /** Of the byte read next. */
    long offset() {
        return offset;
    }

    int readSome(byte[] b, int off, int len) throws IOException {
        int n = in.read(b, off, len);
        offset += Math.max(n, 0);
        return n;
    }

    void readFully(byte[] b, int off, int len) throws IOException {
        if (readUpTo(b, off, len) < len) {
            throw truncated();
        }
    }

    /** @return fewer only at the end */
    int readUpTo(byte[] b, int off, int len) throws IOException {
        int n = in.readNBytes(b, off, len);
        offset += n;
        return n;
    }

    /** Little-endian; -1 at the end of the stream. */
    long magicOrEnd() throws IOException {
        int n = readUpTo(small.array(), 0, 4);
        if (n == 0) {
            return -1;
        }
        if (n < 4) {
            throw truncated();
        }
        return small.getInt(0) & 0xffffffffL;
    }

    /** Little-endian, of 0 to 8 bytes. */
    long number(int bytes) throws IOException {
        small.putLong(0, 0);
        readFully(small.array(), 0, bytes);
        return small.getLong(0);
    }

    ImageException truncated() {
        return new ImageException(
                ImageFault.TRUNCATED,
                "the " + layer + " layer ends at byte " + offset + ", within a frame",
                "Read another copy of the image; what comes before this place can be restored.");
    }

    ImageException damaged(String what) {
        return new ImageException(
                ImageFault.LAYER_DAMAGED,
                "the " + layer + " layer " + what + " before byte " + offset,
                "Read another copy of the image; what comes before this place can be restored.");
    }
}
