package io.saddlebag.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A gzip member (RFC 1952) whose extra field {@code SB} tells its length, so that the next one is found without
 * decompressing it (docs/formats/image.md). Any gzip program reads a row of them.
 */
final class GzipFrame {
    static final int MAGIC = 0x8b1f;
    static final int HEADER_BYTES = 20;

    private static final int TRAILER_BYTES = 8;
    private static final int LENGTH_AT = 16;

    /** What a frame can at most take: blocks that don't shrink are stored, with a few bytes each. */
    private static final int MAX_PACKED_BYTES =
            UnpackingPieces.MAX_FRAME_BYTES + UnpackingPieces.MAX_FRAME_BYTES / 256 + 1024;

    /** ID1 ID2 CM FLG(FEXTRA) MTIME XFL OS(unknown) XLEN, SI1 SI2 LEN. */
    private static final byte[] BEGINNING = {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, (byte) 0xff, 8, 0, 'S', 'B', 4, 0};

    private GzipFrame() {}

    /** Whether these are the first bytes of a member that was written here. */
    static boolean begins(byte[] head) {
        return head.length >= BEGINNING.length && PackingPieces.same(head, BEGINNING, BEGINNING.length);
    }

    private static ByteBuffer numbers(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] plain, int bytes) {
        CRC32 crc = new CRC32();
        crc.update(plain, 0, bytes);
        return (int) crc.getValue();
    }

    /** Data that doesn't shrink is stored by the deflate format itself. */
    static final class Encoder implements FrameEncoder {
        private final Deflater deflater;
        private final Decoder check = new Decoder();

        /** @param strategy of {@link Deflater}: default, or Huffman only */
        Encoder(int level, int strategy) {
            deflater = new Deflater(level, true);
            deflater.setStrategy(strategy);
        }

        @Override
        public int maxPackedBytes(int plainBytes) {
            return HEADER_BYTES + plainBytes + plainBytes / 256 + 1024 + TRAILER_BYTES;
        }

        @Override
        public int encode(byte[] plain, int plainBytes, byte[] packed) {
            deflater.reset();
            deflater.setInput(plain, 0, plainBytes);
            deflater.finish();
            int end = HEADER_BYTES;
            while (!deflater.finished()) {
                int room = packed.length - TRAILER_BYTES - end;
                if (room == 0) {
                    throw new IllegalStateException("deflate made more of " + plainBytes + " bytes than it may");
                }
                end += deflater.deflate(packed, end, room);
            }
            System.arraycopy(BEGINNING, 0, packed, 0, BEGINNING.length);
            numbers(packed)
                    .putInt(LENGTH_AT, end + TRAILER_BYTES)
                    .putInt(end, crc(plain, plainBytes))
                    .putInt(end + Integer.BYTES, plainBytes);
            return end + TRAILER_BYTES;
        }

        @Override
        public boolean reproduces(byte[] packed, int packedBytes, byte[] plain, int plainBytes) {
            try {
                return check.inflate(packed, packedBytes).equals(ByteBuffer.wrap(plain, 0, plainBytes));
            } catch (ImageException e) {
                return false;
            }
        }

        @Override
        public void close() {
            deflater.end();
            check.close();
        }
    }

    /** Members with the extra field only. */
    static final class Decoder implements UnpackingPieces.FrameDecoder {
        private @Nullable Inflater inflater;
        private byte[] packed = new byte[HEADER_BYTES];
        private byte[] plain = new byte[0];
        private int packedBytes;
        private long at;

        @Override
        public boolean fill(LayerInput in) throws IOException {
            at = in.offset();
            int begun = in.readUpTo(packed, 0, HEADER_BYTES);
            if (begun == 0) {
                return false;
            }
            if (!PackingPieces.same(packed, BEGINNING, Math.min(begun, BEGINNING.length))) {
                throw UnpackingPieces.damaged(Layers.GZIP, at, "is none that was written here");
            }
            if (begun < HEADER_BYTES) {
                throw in.truncated();
            }
            packedBytes = numbers(packed).getInt(LENGTH_AT);
            if (packedBytes < HEADER_BYTES + TRAILER_BYTES || packedBytes > MAX_PACKED_BYTES) {
                throw UnpackingPieces.damaged(Layers.GZIP, at, "says that it has " + packedBytes + " bytes");
            }
            byte[] header = packed;
            packed = UnpackingPieces.room(packed, packedBytes);
            System.arraycopy(header, 0, packed, 0, HEADER_BYTES);
            in.readFully(packed, HEADER_BYTES, packedBytes - HEADER_BYTES);
            return true;
        }

        @Override
        public ByteBuffer decode() throws ImageException {
            return inflate(packed, packedBytes);
        }

        ByteBuffer inflate(byte[] member, int bytes) throws ImageException {
            int trailer = bytes - TRAILER_BYTES;
            int plainBytes = numbers(member).getInt(trailer + Integer.BYTES);
            if (plainBytes < 0 || plainBytes > UnpackingPieces.MAX_FRAME_BYTES) {
                throw UnpackingPieces.damaged(Layers.GZIP, at, "says that it holds " + plainBytes + " bytes");
            }
            plain = UnpackingPieces.room(plain, plainBytes + 1);
            int done = 0;
            Inflater used = inflater == null ? new Inflater(true) : inflater;
            inflater = used;
            used.reset();
            used.setInput(member, HEADER_BYTES, trailer - HEADER_BYTES);
            try {
                // one byte more than it holds has room, so that it is known when there is more
                int n = -1;
                while (!used.finished() && n != 0) {
                    n = used.inflate(plain, done, plainBytes + 1 - done);
                    done += n;
                }
            } catch (DataFormatException e) {
                throw UnpackingPieces.damaged(Layers.GZIP, at, "is not as it was written: " + e.getMessage());
            }
            boolean whole = used.finished() && used.getRemaining() == 0 && done == plainBytes;
            if (!whole || crc(plain, plainBytes) != numbers(member).getInt(trailer)) {
                throw UnpackingPieces.damaged(Layers.GZIP, at, "is not as it was written");
            }
            return ByteBuffer.wrap(plain, 0, plainBytes);
        }

        @Override
        public void close() {
            Inflater used = inflater;
            if (used != null) {
                used.end();
            }
        }
    }
}
