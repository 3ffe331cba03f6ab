package io.saddlebag.journal.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * When a disk will be full, from how its room shrank (J26). The faster of two rates counts, that of all that is remembered and that of its
 * latest part, so that a burst is seen early and a pause between two doesn't hide it. Facts in, no clock. One thread.
 */
final class DiskForecast {
    private static final int POINTS = 60;
    private static final int LATEST_PARTS = 4;

    private final Duration window;
    private final Deque<Point> points = new ArrayDeque<>();

    private record Point(long nanos, long room) {}

    /** @param window so far back is remembered */
    DiskForecast(Duration window) {
        this.window = window;
    }

    /** @param roomBytes what may still be written */
    void seen(long nowNanos, long roomBytes) {
        Point last = points.peekLast();
        if (last != null && nowNanos - last.nanos() < window.toNanos() / POINTS) {
            points.removeLast();
            // the moment stays, so that frequent looks don't move it along for ever
            points.addLast(points.isEmpty() ? last : new Point(nowNanos, roomBytes));
            if (points.size() == 1) {
                points.addLast(new Point(nowNanos, roomBytes));
            }
        } else {
            points.addLast(new Point(nowNanos, roomBytes));
        }
        while (points.size() > 2 && nowNanos - points.peekFirst().nanos() > window.toNanos()) {
            points.removeFirst();
        }
    }

    /** Empty while it doesn't shrink, or nothing is known yet; zero when there is no room. */
    Optional<Duration> full() {
        Point last = points.peekLast();
        if (last == null) {
            return Optional.empty();
        }
        if (last.room() <= 0) {
            return Optional.of(Duration.ZERO);
        }
        double rate = Math.max(shrinking(points.getFirst(), last), shrinking(latest(last), last));
        return rate <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) Math.min(Long.MAX_VALUE, last.room() / rate)));
    }

    private Point latest(Point last) {
        Point found = last;
        for (Point each : points) {
            if (last.nanos() - each.nanos() <= window.toNanos() / LATEST_PARTS) {
                return found == last && each == last ? points.getFirst() : each;
            }
            found = each;
        }
        return found;
    }

    /** Bytes a nanosecond. */
    private static double shrinking(Point from, Point to) {
        long nanos = to.nanos() - from.nanos();
        return nanos <= 0 ? 0 : (double) (from.room() - to.room()) / nanos;
    }
}
