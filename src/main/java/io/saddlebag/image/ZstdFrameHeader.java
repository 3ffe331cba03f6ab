package io.saddlebag.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a frame (RFC 8878, 3.1.1.1).
 *
 * @param bytes as they were read, with the magic number
 * @param contentBytes decompressed length, {@link #UNKNOWN} when the header doesn't say
 * @param checksum whether four bytes of checksum follow the last block
 */
record ZstdFrameHeader(ByteString bytes, long contentBytes, boolean checksum) {
    static final int MAGIC = 0xFD2FB528;
    static final long UNKNOWN = -1;

    private static final int SKIPPABLE = 0x184D2A50;
    private static final int MAX_BYTES = 18;

    static boolean isSkippable(int magic) {
        return (magic & ~0xf) == SKIPPABLE;
    }

    /** Reads what follows the magic number. */
    static ZstdFrameHeader read(LayerInput in) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int descriptor = (int) in.number(1);
        bytes.putInt(MAGIC).put((byte) descriptor);
        boolean singleSegment = (descriptor & 0x20) != 0;
        if ((descriptor & 0x08) != 0) {
            throw in.damaged("has a frame of a kind that is not known");
        }
        if ((descriptor & 0x03) != 0) {
            throw in.damaged("has a frame that needs a dictionary,");
        }
        if (!singleSegment) {
            bytes.put((byte) in.number(1));
        }
        int sizeBytes = sizeBytes(descriptor >> 6, singleSegment);
        long size = in.number(sizeBytes);
        switch (sizeBytes) {
            case 1 -> bytes.put((byte) size);
            case 2 -> bytes.putShort((short) size);
            case 4 -> bytes.putInt((int) size);
            case 8 -> bytes.putLong(size);
            default -> size = UNKNOWN;
        }
        byte[] read = new byte[bytes.flip().remaining()];
        bytes.get(read);
        // two bytes count from 256 on; eight bytes of a size beyond 2^63 are none that we know
        long content = sizeBytes == 2 ? size + 256 : Math.max(size, UNKNOWN);
        return new ZstdFrameHeader(ByteString.copyOf(read), content, (descriptor & 0x04) != 0);
    }

    private static int sizeBytes(int flag, boolean singleSegment) {
        return switch (flag) {
            case 0 -> singleSegment ? 1 : 0;
            case 1 -> 2;
            case 2 -> 4;
            default -> 8;
        };
    }
}
