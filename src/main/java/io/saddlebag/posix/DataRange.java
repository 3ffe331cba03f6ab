package io.saddlebag.posix;

/** Bytes of a file that are stored; between ranges are holes, which read as zeros. */
public record DataRange(long offsetBytes, long lengthBytes) {
    public DataRange {
        if (offsetBytes < 0 || lengthBytes < 1) {
            throw new IllegalArgumentException(
                    "no range of data: " + lengthBytes + " bytes from byte " + offsetBytes + " on");
        }
    }

    public long endBytes() {
        return offsetBytes + lengthBytes;
    }
}
