package io.saddlebag.restore;

import io.saddlebag.image.SparseMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Puts contents into files, holes as holes. One thread; it keeps one buffer for all of them. */
final class ContentCopy {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** @param sparse where the pieces that the stream's data are made of belong; null for a file without holes */
    void copy(InputStream from, SeekableByteChannel to, @Nullable SparseMap sparse) throws IOException {
        if (sparse == null) {
            copy(from, to);
            return;
        }
        long at = 0;
        for (SparseMap.Piece piece : sparse.pieces()) {
            pass(new LimitedInput(from, piece.offset() - at));
            to.position(piece.offset());
            copy(new LimitedInput(from, piece.length()), to);
            at = piece.end();
        }
        pass(from);
    }

    /** The zeros of a hole count for the checksum only. */
    private void pass(InputStream hole) throws IOException {
        int n = hole.read(buffer);
        while (n >= 0) {
            n = hole.read(buffer);
        }
    }

    private void copy(InputStream from, WritableByteChannel to) throws IOException {
        int n = from.readNBytes(buffer, 0, buffer.length);
        while (n > 0) {
            ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
            while (piece.hasRemaining()) {
                to.write(piece);
            }
            n = from.readNBytes(buffer, 0, buffer.length);
        }
    }
}
