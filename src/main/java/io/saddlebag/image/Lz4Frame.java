package io.saddlebag.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * A frame of the LZ4 frame format, version 1.6.x, with one block, its content's size and its checksum (docs/formats/image.md). The
 * program lz4 reads a row of them.
 */
final class Lz4Frame {
    static final int MAGIC = 0x184d2204;

    /** Version 1, blocks that need no other, content checksum, content size; blocks of 1 MiB at most. */
    private static final byte FLAGS = 0x40 | 0x20 | 0x08 | 0x04;

    private static final byte MAX_BLOCK_1_MIB = 6 << 4;
    private static final int STORED = 0x8000_0000;
    private static final int FLAGS_AT = 4;
    private static final int SIZE_AT = 6;
    private static final int HEADER_CHECKSUM_AT = 14;
    private static final int BLOCK_AT = 15;
    private static final int HEADER_BYTES = 19;

    /** End mark and content checksum. */
    private static final int TRAILER_BYTES = 8;

    private Lz4Frame() {}

    private static ByteBuffer numbers(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static XXHash32 hash() {
        return XXHashFactory.fastestInstance().hash32();
    }

    /** Whether these are the first bytes of a frame that was written here. */
    static boolean begins(byte[] head) {
        return head.length >= SIZE_AT
                && numbers(head).getInt(0) == MAGIC
                && head[FLAGS_AT] == FLAGS
                && head[FLAGS_AT + 1] == MAX_BLOCK_1_MIB;
    }

    private static byte headerChecksum(byte[] frame) {
        return (byte) (hash().hash(frame, FLAGS_AT, HEADER_CHECKSUM_AT - FLAGS_AT, 0) >>> 8);
    }

    /** Data that doesn't shrink is stored. */
    static final class Encoder implements FrameEncoder {
        private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
        private final XXHash32 hash = hash();
        private final Decoder check = new Decoder();

        @Override
        public int maxPackedBytes(int plainBytes) {
            return HEADER_BYTES + compressor.maxCompressedLength(plainBytes) + TRAILER_BYTES;
        }

        @Override
        public int encode(byte[] plain, int plainBytes, byte[] packed) {
            int room = packed.length - HEADER_BYTES - TRAILER_BYTES;
            int block = compressor.compress(plain, 0, plainBytes, packed, HEADER_BYTES, room);
            int size = block;
            if (block >= plainBytes) {
                System.arraycopy(plain, 0, packed, HEADER_BYTES, plainBytes);
                block = plainBytes;
                size = block | STORED;
            }
            int end = HEADER_BYTES + block;
            ByteBuffer numbers = numbers(packed)
                    .putInt(0, MAGIC)
                    .put(FLAGS_AT, FLAGS)
                    .put(FLAGS_AT + 1, MAX_BLOCK_1_MIB)
                    .putLong(SIZE_AT, plainBytes)
                    .putInt(BLOCK_AT, size)
                    .putInt(end, 0)
                    .putInt(end + Integer.BYTES, hash.hash(plain, 0, plainBytes, 0));
            numbers.put(HEADER_CHECKSUM_AT, headerChecksum(packed));
            return end + TRAILER_BYTES;
        }

        @Override
        public boolean reproduces(byte[] packed, int packedBytes, byte[] plain, int plainBytes) {
            try {
                return check.decompress(packed).equals(ByteBuffer.wrap(plain, 0, plainBytes));
            } catch (ImageException e) {
                return false;
            }
        }

        @Override
        public void close() {
            check.close();
        }
    }

    /** Frames that are made as ours only. */
    static final class Decoder implements UnpackingPieces.FrameDecoder {
        private final LZ4SafeDecompressor decompressor =
                LZ4Factory.fastestInstance().safeDecompressor();
        private final XXHash32 hash = hash();
        private byte[] packed = new byte[HEADER_BYTES];
        private byte[] plain = new byte[0];
        private long at;

        @Override
        public boolean fill(LayerInput in) throws IOException {
            at = in.offset();
            int begun = in.readUpTo(packed, 0, HEADER_BYTES);
            if (begun == 0) {
                return false;
            }
            if (begun >= SIZE_AT && !begins(packed)) {
                throw UnpackingPieces.damaged(Layers.LZ4, at, "is none that was written here");
            }
            if (begun < HEADER_BYTES) {
                throw in.truncated();
            }
            int block = block(packed);
            byte[] header = packed;
            packed = UnpackingPieces.room(packed, HEADER_BYTES + block + TRAILER_BYTES);
            System.arraycopy(header, 0, packed, 0, HEADER_BYTES);
            in.readFully(packed, HEADER_BYTES, block + TRAILER_BYTES);
            return true;
        }

        /** The length of the block; all that the header says was checked. */
        private int block(byte[] frame) throws ImageException {
            ByteBuffer numbers = numbers(frame);
            long plainBytes = numbers.getLong(SIZE_AT);
            int block = numbers.getInt(BLOCK_AT) & ~STORED;
            boolean fits =
                    plainBytes > 0 && plainBytes <= PackingPieces.FRAME_BYTES && block > 0 && block <= plainBytes;
            if (frame[HEADER_CHECKSUM_AT] != headerChecksum(frame) || !fits) {
                throw UnpackingPieces.damaged(
                        Layers.LZ4, at, "says that it holds " + plainBytes + " bytes in a block of " + block);
            }
            return block;
        }

        @Override
        public ByteBuffer decode() throws ImageException {
            return decompress(packed);
        }

        ByteBuffer decompress(byte[] frame) throws ImageException {
            int block = block(frame);
            ByteBuffer numbers = numbers(frame);
            int plainBytes = (int) numbers.getLong(SIZE_AT);
            plain = UnpackingPieces.room(plain, plainBytes);
            if ((numbers.getInt(BLOCK_AT) & STORED) != 0) {
                System.arraycopy(frame, HEADER_BYTES, plain, 0, block);
                requireWhole(block == plainBytes);
            } else {
                try {
                    requireWhole(
                            decompressor.decompress(frame, HEADER_BYTES, block, plain, 0, plainBytes) == plainBytes);
                } catch (LZ4Exception e) {
                    throw UnpackingPieces.damaged(Layers.LZ4, at, "is not as it was written: " + e.getMessage());
                }
            }
            int end = HEADER_BYTES + block;
            requireWhole(numbers.getInt(end) == 0);
            requireWhole(numbers.getInt(end + Integer.BYTES) == hash.hash(plain, 0, plainBytes, 0));
            return ByteBuffer.wrap(plain, 0, plainBytes);
        }

        private void requireWhole(boolean whole) throws ImageException {
            if (!whole) {
                throw UnpackingPieces.damaged(Layers.LZ4, at, "is not as it was written");
            }
        }

        @Override
        public void close() {
            // all of it is in the heap
        }
    }
}
