package io.saddlebag.image;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.MemberWarning.What;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;

/** The content of one file, exactly as long as promised whatever the source does meanwhile (D4). */
final class MemberBody implements Closeable {
    private static final int REREAD_BYTES = 256 << 10;
    private static final byte[] ZEROS = new byte[8 << 10];

    private final ImageMember member;
    private final ByteInput source;
    private final ImageListener listener;
    private final ChecksumLedger ledger;
    private final Sha256 sha256;
    private final List<SparseMap.Piece> pieces;
    private final ByteBuffer map;
    private int piece;
    private long position;
    private boolean padding;

    /** @param sha256 fresh */
    MemberBody(ImageMember member, InputStream source, ImageListener listener, ChecksumLedger ledger, Sha256 sha256) {
        this.member = member;
        this.source = new ByteInput(source);
        this.listener = listener;
        this.ledger = ledger;
        this.sha256 = sha256;
        SparseMap sparse = member.sparse();
        boolean empty = sparse == null && member.size() == 0;
        this.pieces =
                sparse != null ? sparse.pieces() : empty ? List.of() : List.of(new SparseMap.Piece(0, member.size()));
        this.map = ByteBuffer.wrap(sparse == null ? new byte[0] : sparse.encode(member.size()));
    }

    /** Bytes that it hands out. */
    long length() {
        return map.capacity() + member.dataBytes();
    }

    /** Whether zero bytes stand for what could not be read. */
    boolean isPadded() {
        return padding;
    }

    /** Reads so much once more that was handed out before; false when it isn't there. */
    boolean reread(long bytes) throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate(REREAD_BYTES);
        long rest = bytes;
        while (rest > 0) {
            int n = read(scratch.clear().limit((int) Math.min(scratch.capacity(), rest)));
            if (n < 0) {
                return false;
            }
            rest -= n;
        }
        return !padding;
    }

    /** Up to that many bytes of what was promised; at least one; -1 when all has been handed out. */
    int read(ByteBuffer into) throws IOException {
        if (map.hasRemaining()) {
            return putMap(into);
        }
        if (piece == pieces.size()) {
            return -1;
        }
        SparseMap.Piece current = pieces.get(piece);
        hashHoleUpTo(current.offset());
        int from = into.position();
        int limit = into.limit();
        into.limit(from + (int) Math.min(into.remaining(), current.end() - position));
        if (padding || readSource(into) < 0) {
            // a failed read may have left anything there
            into.position(from);
            putZeros(into);
        }
        into.limit(limit);
        int n = into.position() - from;
        sha256.update(into, from, from + n);
        position += n;
        if (position == current.end()) {
            piece++;
        }
        return n;
    }

    /** Part of the member, not of the file. */
    private int putMap(ByteBuffer into) {
        int n = Math.min(into.remaining(), map.remaining());
        into.put(map.slice().limit(n));
        map.position(map.position() + n);
        return n;
    }

    private void hashHoleUpTo(long offset) {
        while (position < offset) {
            int n = (int) Math.min(ZEROS.length, offset - position);
            sha256.update(ZEROS, 0, n);
            position += n;
        }
    }

    private static void putZeros(ByteBuffer into) {
        while (into.hasRemaining()) {
            into.put(ZEROS, 0, Math.min(ZEROS.length, into.remaining()));
        }
    }

    private int readSource(ByteBuffer into) throws IOException {
        try {
            int n = source.read(into);
            if (n > 0) {
                return n;
            }
            warn(What.SHRANK, "it ended after " + position + " of " + member.size() + " bytes");
        } catch (IOException e) {
            rethrowUnlessOfFile(e);
            warn(What.UNREADABLE, "reading failed after " + position + " bytes: " + e.getMessage());
        }
        padding = true;
        return -1;
    }

    /** Looks whether more is there than promised, and closes the source. */
    String finish() throws IOException {
        boolean grew = false;
        try (source) {
            grew = !padding && source.skipOne();
        } catch (IOException e) {
            // all that was promised has been read
            rethrowUnlessOfFile(e);
        }
        if (grew) {
            warn(What.GREW, "it is longer than the " + member.size() + " bytes promised");
        }
        hashHoleUpTo(member.size());
        return sha256.finish();
    }

    private void warn(What what, String detail) throws IOException {
        MemberWarning warning = new MemberWarning(member, what, detail);
        ledger.addWarning(warning);
        listener.warning(warning);
    }

    /** What isn't the fault of one file must not be padded over. */
    static void rethrowUnlessOfFile(IOException e) throws IOException {
        if (e instanceof BackupException
                || e instanceof InterruptedIOException
                || e instanceof ClosedByInterruptException) {
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
