package io.saddlebag.image;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A stream made of pieces that are worked on in parallel and handed out in order. Whoever reads it pulls the source, by the same
 * thread. One thread at a time. A failure is final, and comes after what stands before it. Closing waits for the pieces that
 * are being worked on.
 */
public final class PieceStream extends ByteStream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Pieces pieces;
    private final OrderedTasks<Piece> tasks;
    private @Nullable Piece current;
    private ByteBuffer out = NOTHING;
    private @Nullable IOException sourceFailure;
    private @Nullable IOException failure;
    private boolean sourceEnded;
    private boolean closed;

    /** Where pieces come from. */
    public interface Pieces extends Closeable {
        /** What makes the next piece, to be run by any thread; null at the end. */
        @Nullable
        Callable<Piece> next() throws IOException;

        /** It has been handed out whole, by the reading thread; its memory may be used again. */
        void done(Piece piece) throws IOException;
    }

    /**
     * A result.
     *
     * @param bytes those between position and limit are handed out; may be none
     * @param after what is wrong behind these bytes; null when nothing is
     * @param owner whatever wants to know that it was handed out
     */
    public record Piece(
            ByteBuffer bytes,
            @Nullable IOException after,
            @Nullable Object owner) {}

    /** @param executor any, also one that refuses: the reading thread then does the work */
    public PieceStream(Pieces pieces, Executor executor) {
        this.pieces = pieces;
        this.tasks = new OrderedTasks<>(executor, ZstdPolicy.defaultFramesInFlight());
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int from = into.position();
        if (failure != null) {
            throw failure;
        }
        try {
            while (into.hasRemaining() && (out.hasRemaining() || advance())) {
                int n = Math.min(into.remaining(), out.remaining());
                into.put(into.position(), out, out.position(), n).position(into.position() + n);
                out.position(out.position() + n);
            }
        } catch (IOException e) {
            failure = e;
            if (into.position() == from) {
                throw e;
            }
        } catch (RuntimeException e) {
            failure = new IOException("the layer failed before", e);
            throw e;
        }
        int done = into.position() - from;
        return done == 0 && into.hasRemaining() ? -1 : done;
    }

    /** @return false at the end */
    private boolean advance() throws IOException {
        Piece finished = current;
        if (finished != null) {
            current = null;
            out = NOTHING;
            pieces.done(finished);
            if (finished.after() != null) {
                throw finished.after();
            }
        }
        while (!sourceEnded && tasks.hasRoom()) {
            submitNext();
        }
        if (!tasks.isEmpty()) {
            Piece next = tasks.take();
            current = next;
            out = next.bytes();
            return true;
        }
        if (sourceFailure != null) {
            throw sourceFailure;
        }
        return false;
    }

    private void submitNext() {
        try {
            Callable<Piece> work = pieces.next();
            if (work == null) {
                sourceEnded = true;
            } else {
                tasks.submit(work);
            }
        } catch (IOException e) {
            // what was read before it is good
            sourceFailure = e;
            sourceEnded = true;
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (failure == null) {
            failure = new IOException("the layer is closed");
        }
        try (pieces) {
            tasks.close();
        }
    }
}
