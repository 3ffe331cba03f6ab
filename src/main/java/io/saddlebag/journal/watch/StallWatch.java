package io.saddlebag.journal.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whether what a source has arrives in the copy (J27). Told now and then how far each of them is, it knows since when something of the
 * source hasn't arrived; a copy that goes on, but ever further behind, is late as one that stands still. A source that stands still
 * stalls nobody. Thread-safe.
 *
 * @param <P> positions: bytes of a log, or numbers of journals
 */
public final class StallWatch<P extends Comparable<P>> {
    /** So many points of the source between now and the limit are remembered. */
    private static final int POINTS = 16;

    private final Duration limit;
    private final Deque<Point<P>> awaited = new ArrayDeque<>();

    private record Point<P>(long nanos, P position) {}

    /** @param limit what hasn't arrived after that is a stall */
    public StallWatch(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("nothing arrives within " + limit);
        }
        this.limit = limit;
    }

    public Duration limit() {
        return limit;
    }

    /** @param nowNanos of a monotonic clock; never less than before */
    public synchronized void source(long nowNanos, P position) {
        Point<P> last = awaited.peekLast();
        boolean further = last == null || position.compareTo(last.position()) > 0;
        boolean soon = last != null && nowNanos - last.nanos() < limit.toNanos() / POINTS;
        // those that aren't remembered arrive after one that is
        if (further && !soon && awaited.size() < 2 * POINTS) {
            awaited.addLast(new Point<>(nowNanos, position));
        }
    }

    /** @param position all before it has arrived, or it itself */
    public synchronized void stored(P position) {
        while (!awaited.isEmpty() && awaited.peekFirst().position().compareTo(position) <= 0) {
            awaited.removeFirst();
        }
    }

    /** For how long the oldest that hasn't arrived has been at the source; zero when all has. */
    public synchronized Duration behind(long nowNanos) {
        Point<P> oldest = awaited.peekFirst();
        return oldest == null ? Duration.ZERO : Duration.ofNanos(nowNanos - oldest.nanos());
    }

    public boolean isStalled(long nowNanos) {
        return behind(nowNanos).compareTo(limit) >= 0;
    }

    /** What was awaited is gone at the source, and this is there instead: awaited for as long. No effect when all had arrived. */
    public synchronized void instead(P position) {
        Point<P> oldest = awaited.peekFirst();
        if (oldest != null) {
            awaited.clear();
            awaited.addLast(new Point<>(oldest.nanos(), position));
        }
    }

    /** Forgets what was awaited: what comes is of another life. */
    public synchronized void reset() {
        awaited.clear();
    }
}
