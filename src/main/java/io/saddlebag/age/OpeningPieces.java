package io.saddlebag.age;

import io.saddlebag.age.ChunkCipher.ChunkNumber;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageFault;
import io.saddlebag.image.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** What is in encrypted files one behind the other, so many chunks a piece; none is handed out that isn't authentic. */
final class OpeningPieces implements PieceStream.Pieces {
    static final int NONCE_BYTES = 16;

    private final AgeRow stored;
    private final Unlocking unlocking;
    private final Deque<Batch> free = new ArrayDeque<>();
    private ChunkBatches sealed;
    private @Nullable SecretKey payloadKey;

    /** Finds the file key. */
    interface Unlocking {
        FileKey unlock(AgeHeader header) throws BackupException;
    }

    /** Memory of a piece. */
    private static final class Batch {
        final byte[] sealed = new byte[ChunkBatches.CHUNKS * ChunkCipher.SEALED_BYTES];
        final byte[] plain = new byte[ChunkBatches.CHUNKS * ChunkCipher.CHUNK_BYTES];
        final SecretKey payloadKey;
        final ChunkCipher cipher;

        Batch(SecretKey payloadKey) {
            this.payloadKey = payloadKey;
            this.cipher = new ChunkCipher(payloadKey);
        }

        PieceStream.Piece open(ChunkBatches.Filled filled) {
            int at = 0;
            int out = 0;
            long number = filled.firstChunk();
            do {
                int n = Math.min(ChunkCipher.SEALED_BYTES, filled.bytes() - at);
                ChunkNumber which = new ChunkNumber(number, filled.isLast() && at + n == filled.bytes());
                boolean empty = n == Primitives.TAG_BYTES && number > 0;
                int opened = n < Primitives.TAG_BYTES || empty ? -1 : cipher.open(which, sealed, at, n, plain, out);
                if (opened < 0) {
                    return misplaced(which, at, n, out);
                }
                out += opened;
                at += n;
                number++;
            } while (at < filled.bytes());
            return piece(out, null);
        }

        private PieceStream.Piece piece(int bytes, @Nullable IOException after) {
            return new PieceStream.Piece(ByteBuffer.wrap(plain, 0, bytes), after, this);
        }

        /** The chunk itself can tell whether it stands in the wrong place; then it is authentic, and handed out. */
        private PieceStream.Piece misplaced(ChunkNumber which, int at, int length, int out) {
            ChunkNumber otherwise = new ChunkNumber(which.index(), !which.isLast());
            // only the last one may be shorter
            boolean mayBe = length == ChunkCipher.SEALED_BYTES || (otherwise.isLast() && length > Primitives.TAG_BYTES);
            int opened = mayBe ? cipher.open(otherwise, sealed, at, length, plain, out) : -1;
            String where = "the encryption's chunk " + which.index() + " of 64 KiB";
            if (opened >= 0) {
                ImageException failure = which.isLast()
                        ? failure(ImageFault.TRUNCATED, where + " is not the last one, and nothing stands behind it")
                        : failure(ImageFault.LAYER_DAMAGED, where + " is the last one, and something stands behind it");
                return piece(out + opened, failure);
            }
            if (length < Primitives.TAG_BYTES) {
                return piece(out, failure(ImageFault.TRUNCATED, where + " is cut off after " + length + " bytes"));
            }
            String cut = which.isLast() ? ", or is cut off" : "";
            return piece(out, failure(ImageFault.LAYER_DAMAGED, where + " is not as it was written" + cut));
        }

        private static ImageException failure(ImageFault fault, String what) {
            return new ImageException(
                    fault, what, "Read another copy of the image; what comes before this place can be restored.");
        }
    }

    OpeningPieces(InputStream stored, Unlocking unlocking) {
        this.stored = new AgeRow(stored);
        this.sealed = new ChunkBatches(this.stored, ChunkCipher.SEALED_BYTES);
        this.unlocking = unlocking;
    }

    /**
     * What is in a file from a chunk on.
     *
     * @param stored begins with that chunk
     */
    OpeningPieces(InputStream stored, SecretKey payloadKey, long firstChunk) {
        this.stored = new AgeRow(stored);
        this.sealed = new ChunkBatches(this.stored, ChunkCipher.SEALED_BYTES, firstChunk);
        this.unlocking = header -> {
            throw new IllegalStateException("there is no header in the middle");
        };
        this.payloadKey = payloadKey;
    }

    @Override
    public @Nullable Callable<PieceStream.Piece> next() throws IOException {
        SecretKey key = payloadKey;
        if (key != null && sealed.isAtEnd()) {
            if (!stored.next()) {
                return null;
            }
            key = null;
            free.clear();
            sealed = new ChunkBatches(stored, ChunkCipher.SEALED_BYTES);
        }
        if (key == null) {
            key = readBeginning();
            payloadKey = key;
        }
        Batch batch = free.isEmpty() ? new Batch(key) : free.remove();
        ChunkBatches.Filled filled = sealed.fill(batch.sealed);
        return () -> batch.open(filled);
    }

    private SecretKey readBeginning() throws IOException {
        return readBeginning(stored, unlocking);
    }

    static SecretKey readBeginning(InputStream stored, Unlocking unlocking) throws IOException {
        AgeHeader header = AgeHeader.read(stored);
        FileKey key = unlocking.unlock(header);
        header.authenticate(key);
        byte[] nonce = stored.readNBytes(NONCE_BYTES);
        if (nonce.length < NONCE_BYTES) {
            throw new ImageException(
                    ImageFault.TRUNCATED,
                    "the encrypted image ends behind the header",
                    "Read another copy of the image.");
        }
        return key.payloadKey(nonce);
    }

    @Override
    public void done(PieceStream.Piece piece) {
        if (piece.owner() instanceof Batch batch && batch.payloadKey.equals(payloadKey)) {
            free.add(batch);
        }
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}
