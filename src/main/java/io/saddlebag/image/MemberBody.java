package io.saddlebag.image;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.MemberWarning.What;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;

/** The content of one file, exactly as long as promised whatever the source does meanwhile (D4). */
final class MemberBody implements Closeable {
    private static final byte[] ZEROS = new byte[8 << 10];

    private final ImageMember member;
    private final ByteInput source;
    private final ImageListener listener;
    private final ChecksumLedger ledger;
    private final Sha256 sha256;
    private long left;
    private boolean padding;

    /** @param sha256 fresh */
    MemberBody(ImageMember member, InputStream source, ImageListener listener, ChecksumLedger ledger, Sha256 sha256) {
        this.member = member;
        this.source = new ByteInput(source);
        this.listener = listener;
        this.ledger = ledger;
        this.sha256 = sha256;
        this.left = member.size();
    }

    /** Up to that many bytes of what was promised; at least one; -1 when all has been handed out. */
    int read(ByteBuffer into) throws IOException {
        if (left == 0) {
            return -1;
        }
        int from = into.position();
        int limit = into.limit();
        into.limit(from + (int) Math.min(into.remaining(), left));
        if (padding || readSource(into) < 0) {
            // a failed read may have left anything there
            into.position(from);
            putZeros(into);
        }
        into.limit(limit);
        int n = into.position() - from;
        sha256.update(into, from, from + n);
        left -= n;
        return n;
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
            warn(What.SHRANK, "it ended after " + (member.size() - left) + " of " + member.size() + " bytes");
        } catch (IOException e) {
            rethrowUnlessOfFile(e);
            warn(What.UNREADABLE, "reading failed after " + (member.size() - left) + " bytes: " + e.getMessage());
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
