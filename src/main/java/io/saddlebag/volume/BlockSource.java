package io.saddlebag.volume;

import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.quantity.BlockSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into blocks: all of one length, the last one as short as it is. */
final class BlockSource {
    private final InputStream data;
    private final byte[] block;
    private final int roomInFront;
    private int filled;

    /** @param framing leaves room for its headers; null for bare blocks */
    BlockSource(InputStream data, BlockSize size, @Nullable ProtectedFraming framing) {
        this.data = data;
        this.block = new byte[size.bytes()];
        this.roomInFront = SectionFrames.roomInFront(framing);
    }

    /**
     * The next block, the same one until it was {@link #taken()}; null at the end. Its position is 0, and the data stands
     * behind the room for a header.
     *
     * @throws VolumeException {@link VolumeFault#SOURCE_FAILED}
     */
    @Nullable
    ByteBuffer next() throws VolumeException {
        if (filled == 0) {
            try {
                filled = data.readNBytes(block, roomInFront, block.length - roomInFront);
            } catch (IOException e) {
                throw new VolumeException(
                        VolumeFault.SOURCE_FAILED,
                        "the image's source failed: " + e.getMessage(),
                        "Look at what made the image, and repeat the job.",
                        e);
            }
        }
        return filled == 0 ? null : ByteBuffer.wrap(block, 0, roomInFront + filled);
    }

    void taken() {
        filled = 0;
    }

    byte[] array() {
        return block;
    }

    /** Where in the array the data begins. */
    int dataAt() {
        return roomInFront;
    }

    int dataBytes() {
        return filled;
    }
}
