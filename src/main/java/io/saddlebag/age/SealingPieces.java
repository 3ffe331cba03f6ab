package io.saddlebag.age;

import io.saddlebag.age.ChunkCipher.ChunkNumber;
import io.saddlebag.image.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** The encrypted file, header first, then so many chunks a piece. */
final class SealingPieces implements PieceStream.Pieces {
    private final ChunkBatches plain;
    private final SecretKey payloadKey;
    private final Deque<Batch> free = new ArrayDeque<>();
    private byte @Nullable [] beginning;

    /** Memory of a piece. */
    private final class Batch {
        final byte[] plain = new byte[ChunkBatches.CHUNKS * ChunkCipher.CHUNK_BYTES];
        final byte[] sealed = new byte[ChunkBatches.CHUNKS * ChunkCipher.SEALED_BYTES];
        final ChunkCipher cipher = new ChunkCipher(payloadKey);

        PieceStream.Piece seal(ChunkBatches.Filled filled) {
            int at = 0;
            int out = 0;
            long number = filled.firstChunk();
            do {
                int n = Math.min(ChunkCipher.CHUNK_BYTES, filled.bytes() - at);
                boolean last = filled.isLast() && at + n == filled.bytes();
                out += cipher.seal(new ChunkNumber(number++, last), plain, at, n, sealed, out);
                at += n;
            } while (at < filled.bytes());
            return new PieceStream.Piece(ByteBuffer.wrap(sealed, 0, out), null, this);
        }
    }

    /** @param beginning header and nonce */
    SealingPieces(InputStream plain, byte[] beginning, SecretKey payloadKey) {
        this.plain = new ChunkBatches(plain, ChunkCipher.CHUNK_BYTES);
        this.beginning = beginning;
        this.payloadKey = payloadKey;
    }

    @Override
    public @Nullable Callable<PieceStream.Piece> next() throws IOException {
        byte[] first = beginning;
        if (first != null) {
            beginning = null;
            return () -> new PieceStream.Piece(ByteBuffer.wrap(first), null, null);
        }
        if (plain.isAtEnd()) {
            return null;
        }
        Batch batch = free.isEmpty() ? new Batch() : free.remove();
        ChunkBatches.Filled filled = plain.fill(batch.plain);
        return () -> batch.seal(filled);
    }

    @Override
    public void done(PieceStream.Piece piece) {
        if (piece.owner() instanceof Batch batch) {
            free.add(batch);
        }
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }
}
