package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into frames; each is decoded and compared before it is handed out. */
final class PackingPieces implements PieceStream.Pieces {
    static final int FRAME_BYTES = ZstdPolicy.DEFAULT_FRAME_BYTES;

    private final InputStream source;
    private final Supplier<FrameEncoder> encoders;
    private final List<Frame> frames = new ArrayList<>();
    private final Deque<Frame> free = new ArrayDeque<>();
    private long number;

    /** Memory of a frame. */
    private static final class Frame {
        final byte[] plain = new byte[FRAME_BYTES];
        final FrameEncoder encoder;
        final byte[] packed;
        int plainBytes;

        Frame(FrameEncoder encoder) {
            this.encoder = encoder;
            this.packed = new byte[encoder.maxPackedBytes(FRAME_BYTES)];
        }

        PieceStream.Piece pack(long number) throws ImageException {
            int packedBytes = encoder.encode(plain, plainBytes, packed);
            if (!encoder.reproduces(packed, packedBytes, plain, plainBytes)) {
                throw new ImageException(
                        ImageFault.FRAME_NOT_REPRODUCED,
                        "frame " + number + " of the image does not decompress to what was compressed",
                        "Back up again; if it happens again, test this machine's memory, and use another compression.");
            }
            return new PieceStream.Piece(ByteBuffer.wrap(packed, 0, packedBytes), null, this);
        }
    }

    PackingPieces(InputStream source, Supplier<FrameEncoder> encoders) {
        this.source = source;
        this.encoders = encoders;
    }

    @Override
    public @Nullable Callable<PieceStream.Piece> next() throws IOException {
        Frame frame = free.poll();
        if (frame == null) {
            frame = new Frame(encoders.get());
            frames.add(frame);
        }
        frame.plainBytes = source.readNBytes(frame.plain, 0, FRAME_BYTES);
        if (frame.plainBytes == 0) {
            free.add(frame);
            return null;
        }
        Frame full = frame;
        long which = number++;
        return () -> full.pack(which);
    }

    @Override
    public void done(PieceStream.Piece piece) {
        if (piece.owner() instanceof Frame frame) {
            free.add(frame);
        }
    }

    @Override
    public void close() throws IOException {
        try (source) {
            frames.forEach(frame -> frame.encoder.close());
        }
    }

    static boolean same(byte[] a, byte[] b, int bytes) {
        return Arrays.equals(a, 0, bytes, b, 0, bytes);
    }
}
