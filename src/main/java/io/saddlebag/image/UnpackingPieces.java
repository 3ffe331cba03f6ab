package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is in the frames of a compression layer. */
final class UnpackingPieces implements PieceStream.Pieces {
    /** Of a frame, decompressed; ours are shorter. What says that it is longer is refused before it takes memory. */
    static final int MAX_FRAME_BYTES = 4 << 20;

    private final LayerInput in;
    private final InputStream source;
    private final Supplier<FrameDecoder> decoders;
    private final List<FrameDecoder> all = new ArrayList<>();
    private final Deque<FrameDecoder> free = new ArrayDeque<>();

    /** One frame at a time, whose memory is used again. */
    interface FrameDecoder extends AutoCloseable {
        /**
         * Reads the next frame as it is stored, bounded whatever it says of itself.
         *
         * @return false at the end
         */
        boolean fill(LayerInput in) throws IOException;

        /**
         * Decompresses it, by any thread.
         *
         * @throws ImageException when it is not as it was written
         */
        ByteBuffer decode() throws ImageException;

        @Override
        void close();
    }

    UnpackingPieces(InputStream source, String layer, Supplier<FrameDecoder> decoders) {
        this.source = source;
        this.in = new LayerInput(source, layer);
        this.decoders = decoders;
    }

    @Override
    public @Nullable Callable<PieceStream.Piece> next() throws IOException {
        FrameDecoder decoder = free.poll();
        if (decoder == null) {
            decoder = decoders.get();
            all.add(decoder);
        }
        FrameDecoder filled = decoder;
        boolean more = false;
        try {
            more = filled.fill(in);
        } finally {
            if (!more) {
                free.add(filled);
            }
        }
        return more ? () -> new PieceStream.Piece(filled.decode(), null, filled) : null;
    }

    @Override
    public void done(PieceStream.Piece piece) {
        if (piece.owner() instanceof FrameDecoder decoder) {
            free.add(decoder);
        }
    }

    @Override
    public void close() throws IOException {
        try (source) {
            all.forEach(FrameDecoder::close);
        }
    }

    /** At least so large; what it held is lost. */
    static byte[] room(byte[] array, int bytes) {
        return array.length >= bytes ? array : new byte[bytes];
    }

    static ImageException damaged(String layer, long at, String what) {
        return new ImageException(
                ImageFault.LAYER_DAMAGED,
                "the " + layer + " frame at byte " + at + " " + what,
                "Read another copy of the image; what comes before this place can be restored.");
    }
}
