package io.saddlebag.volume;

import io.saddlebag.quantity.BlockSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into blocks: all of the block size, the last one as short as it is. */
final class BlockSource {
    private final InputStream data;
    private final byte[] block;
    private int filled;

    BlockSource(InputStream data, BlockSize size) {
        this.data = data;
        this.block = new byte[size.bytes()];
    }

    /**
     * The next block, the same one until it was {@link #taken()}; null at the end.
     *
     * @throws VolumeException {@link VolumeFault#SOURCE_FAILED}
     */
    @Nullable
    ByteBuffer next() throws VolumeException {
        if (filled == 0) {
            try {
                filled = data.readNBytes(block, 0, block.length);
            } catch (IOException e) {
                throw new VolumeException(
                        VolumeFault.SOURCE_FAILED,
                        "the image's source failed: " + e.getMessage(),
                        "Look at what made the image, and repeat the job.",
                        e);
            }
        }
        return filled == 0 ? null : ByteBuffer.wrap(block, 0, filled);
    }

    void taken() {
        filled = 0;
    }

    byte[] array() {
        return block;
    }
}
