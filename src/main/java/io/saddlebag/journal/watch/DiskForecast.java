package io.saddlebag.journal.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a disk will be full, from how its room shrank (J26). The faster of two rates counts, that of all that is remembered and that of its
 * latest part, so that a burst is seen early and a pause between two doesn't hide it. Facts in, no clock. One thread.
 */
final class DiskForecast {
    private static final int POINTS = 60;
    private static final int LATEST_PARTS = 4;

    private final Duration window;
    private final Deque<Point> points = new ArrayDeque<>();
    private @Nullable Point last;

    private record Point(long nanos, long room) {}

    /** @param window so far back is remembered */
    DiskForecast(Duration window) {
        this.window = window;
    }

    /** @param roomBytes what may still be written */
    void seen(long nowNanos, long roomBytes) {
        Point seen = new Point(nowNanos, roomBytes);
        Point newest = points.peekLast();
        if (newest == null || nowNanos - newest.nanos() >= window.toNanos() / POINTS) {
            points.addLast(seen);
        }
        while (points.size() > 1 && nowNanos - points.getFirst().nanos() > window.toNanos()) {
            points.removeFirst();
        }
        last = seen;
    }

    /** Empty while it doesn't shrink, or nothing is known yet; zero when there is no room. */
    Optional<Duration> full() {
        Point now = last;
        if (now == null) {
            return Optional.empty();
        }
        if (now.room() <= 0) {
            return Optional.of(Duration.ZERO);
        }
        double rate = Math.max(shrinking(points.getFirst(), now), shrinking(latest(now), now));
        return rate <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) Math.min((double) Long.MAX_VALUE, now.room() / rate)));
    }

    private Point latest(Point now) {
        for (Point each : points) {
            if (now.nanos() - each.nanos() <= window.toNanos() / LATEST_PARTS) {
                return each;
            }
        }
        return now;
    }

    /** Bytes a nanosecond. */
    private static double shrinking(Point from, Point to) {
        long nanos = to.nanos() - from.nanos();
        return nanos <= 0 ? 0 : (double) (from.room() - to.room()) / nanos;
    }
}
