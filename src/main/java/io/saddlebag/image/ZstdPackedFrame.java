package io.saddlebag.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One whole frame being decompressed, and what that takes; see {@link ZstdFrame} for why outside the heap. */
final class ZstdPackedFrame implements AutoCloseable {
    private static final int SLACK_BYTES = 64 << 10;

    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private ByteBuffer packed = ByteBuffer.allocateDirect(0);
    private ByteBuffer plain = ByteBuffer.allocateDirect(0);

    /** The result of {@link #decompress}, to be emptied. */
    ByteBuffer plain() {
        return plain;
    }

    /** @param contentBytes decompressed length that the frame's header says */
    void fill(LayerInput in, InputStream frame, int contentBytes, byte[] chunk) throws IOException {
        // a frame is never much longer than its content, so a longer one is damaged and not worth the memory
        int bound = Math.toIntExact(Zstd.compressBound(contentBytes)) + SLACK_BYTES;
        packed = emptied(packed, bound);
        plain = emptied(plain, contentBytes);
        int n = frame.read(chunk);
        while (n >= 0) {
            if (n > packed.remaining()) {
                throw in.damaged("has a frame longer than its content allows");
            }
            packed.put(chunk, 0, n);
            n = frame.read(chunk);
        }
        packed.flip();
    }

    private static ByteBuffer emptied(ByteBuffer buffer, int bytes) {
        return (buffer.capacity() >= bytes ? buffer : ByteBuffer.allocateDirect(bytes))
                .clear()
                .limit(bytes);
    }

    ZstdPackedFrame decompress(long number, long at) throws ImageException {
        int expected = plain.limit();
        try {
            int size = decompressor.decompressDirectByteBuffer(plain, 0, expected, packed, 0, packed.limit());
            if (size == expected) {
                plain.position(0).limit(size);
                return this;
            }
        } catch (ZstdException e) {
            throw damaged(number, at, e);
        }
        throw damaged(number, at, null);
    }

    static ImageException damaged(long number, long at, @Nullable Exception cause) {
        String why = cause == null ? "its length is not the one promised" : "zstd says: " + cause.getMessage();
        return new ImageException(
                ImageFault.LAYER_DAMAGED,
                "frame " + number + " of the zstd layer, at byte " + at + ", is damaged: " + why,
                "Read another copy of the image; what comes before this place can be restored.",
                cause);
    }

    @Override
    public void close() {
        decompressor.close();
    }
}
