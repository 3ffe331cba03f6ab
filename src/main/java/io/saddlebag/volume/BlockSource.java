package io.saddlebag.volume;

import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.quantity.BlockSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into blocks: all of one length, the last one as short as it is. A stream that is a channel too is read
 * straight into the block, which is outside the heap, where drives take it from without a copy.
 */
final class BlockSource {
    private final InputStream data;
    private final @Nullable ReadableByteChannel channel;
    private final byte[] copy;
    private final ByteBuffer block;
    private final int roomInFront;
    private boolean filled;
    private int dataBytes;

    /** @param framing leaves room for its headers; null for bare blocks */
    BlockSource(InputStream data, BlockSize size, @Nullable ProtectedFraming framing) {
        this.data = data;
        this.channel = data instanceof ReadableByteChannel it ? it : null;
        this.roomInFront = SectionFrames.roomInFront(framing);
        this.copy = new byte[channel == null ? size.bytes() - roomInFront : 0];
        this.block = ByteBuffer.allocateDirect(size.bytes());
    }

    /**
     * The next block, the same one, from its beginning, until it was {@link #taken()}; null at the end. The data stands
     * behind the room for a header.
     *
     * @throws VolumeException {@link VolumeFault#SOURCE_FAILED}
     */
    @Nullable
    ByteBuffer next() throws VolumeException {
        if (!filled) {
            try {
                fill();
            } catch (IOException e) {
                throw new VolumeException(
                        VolumeFault.SOURCE_FAILED,
                        "the image's source failed: " + e.getMessage(),
                        "Look at what made the image, and repeat the job.",
                        e);
            }
        }
        return dataBytes == 0 ? null : block.clear().limit(roomInFront + dataBytes);
    }

    private void fill() throws IOException {
        block.clear().position(roomInFront);
        if (channel == null) {
            block.put(copy, 0, data.readNBytes(copy, 0, copy.length));
        } else {
            boolean more = true;
            while (more && block.hasRemaining()) {
                more = channel.read(block) >= 0;
            }
        }
        dataBytes = block.position() - roomInFront;
        filled = true;
    }

    void taken() {
        filled = false;
    }

    /** The data of the block that {@link #next()} gave, also once it was written. */
    ByteBuffer data() {
        return block.duplicate().clear().position(roomInFront).limit(roomInFront + dataBytes);
    }

    int dataBytes() {
        return dataBytes;
    }
}
