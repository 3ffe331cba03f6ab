package io.saddlebag.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * One frame being compressed, and what that takes. Buffers are outside the heap: while zstd works on arrays of the heap,
 * the garbage collector would have to wait.
 */
final class ZstdFrame implements AutoCloseable {
    /** The one step that is checked, so that a test can make it go wrong. */
    @FunctionalInterface
    interface Encoder {
        /** @return bytes written to {@code packed}, from its start */
        int encode(ZstdCompressCtx compressor, ByteBuffer packed, ByteBuffer plain);
    }

    static final Encoder ZSTD = (compressor, packed, plain) ->
            compressor.compressDirectByteBuffer(packed, 0, packed.capacity(), plain, 0, plain.remaining());

    private final Encoder encoder;
    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private final ByteBuffer plain;
    private final ByteBuffer packed;
    private final ByteBuffer proof;

    ZstdFrame(ZstdPolicy policy, Encoder encoder) {
        this.encoder = encoder;
        compressor.setLevel(policy.level());
        compressor.setChecksum(true);
        compressor.setContentSize(true);
        plain = ByteBuffer.allocateDirect(policy.frameBytes());
        packed = ByteBuffer.allocateDirect(Math.toIntExact(Zstd.compressBound(policy.frameBytes())));
        proof = ByteBuffer.allocateDirect(policy.decodesBeforeCommit() ? policy.frameBytes() : 0);
    }

    /** To be filled from its position on. */
    ByteBuffer plain() {
        return plain;
    }

    /** The result of {@link #compress}, to be emptied. */
    ByteBuffer packed() {
        return packed;
    }

    ZstdFrame compress(long number) throws ImageException {
        plain.flip();
        packed.clear();
        try {
            int size = encoder.encode(compressor, packed, plain);
            packed.limit(size);
            if (proof.capacity() > 0) {
                proof.clear();
                int decoded = decompressor.decompressDirectByteBuffer(proof, 0, proof.capacity(), packed, 0, size);
                proof.limit(decoded);
            }
        } catch (ZstdException e) {
            throw notReproduced(number, "zstd says: " + e.getMessage());
        }
        if (proof.capacity() > 0 && !proof.equals(plain)) {
            throw notReproduced(number, "decompressed, it is something else");
        }
        return this;
    }

    private static ImageException notReproduced(long number, String why) {
        return new ImageException(
                ImageFault.FRAME_NOT_REPRODUCED,
                "frame " + number + " of the zstd layer could not be compressed safely: " + why,
                "Run it again; if it fails again, check this machine's memory and the zstd library.");
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
