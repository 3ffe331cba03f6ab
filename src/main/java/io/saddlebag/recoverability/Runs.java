package io.saddlebag.recoverability;

import io.saddlebag.recoverability.Spans.Place;
import io.saddlebag.recoverability.Spans.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Journals that hang together: from any place of one to its end a recovery can go on. */
final class Runs {
    private final List<Run> runs = new ArrayList<>();

    /** @param inOrder by where they begin */
    Runs(List<Span> inOrder) {
        List<Span> run = new ArrayList<>();
        @Nullable Place end = null;
        for (Span each : inOrder) {
            if (end != null && each.start().compareTo(end) > 0) {
                runs.add(new Run(run));
                run = new ArrayList<>();
                end = null;
            }
            run.add(each);
            end = end == null || each.end().compareTo(end) > 0 ? each.end() : end;
        }
        if (!run.isEmpty()) {
            runs.add(new Run(run));
        }
    }

    /** The one that begins there or before, and doesn't end before; null for none. */
    @Nullable
    Run from(Place place) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (run.start().compareTo(place) > 0) {
                high = middle - 1;
            } else if (run.end().compareTo(place) < 0) {
                low = middle + 1;
            } else {
                return run;
            }
        }
        return null;
    }

    /** One such row of journals. */
    static final class Run {
        private final List<Span> spans;
        /** The furthest end of a span and of all before it. */
        private final List<Place> ends = new ArrayList<>();
        /** The latest time of a span and of all behind it. */
        private final Instant[] latest;

        private Run(List<Span> inOrder) {
            spans = List.copyOf(inOrder);
            for (Span each : spans) {
                Place before = ends.isEmpty() ? each.end() : ends.get(ends.size() - 1);
                ends.add(each.end().compareTo(before) > 0 ? each.end() : before);
            }
            latest = new Instant[spans.size()];
            Instant latestBehind = Instant.MIN;
            for (int i = spans.size() - 1; i >= 0; i--) {
                Instant closed = spans.get(i).link().closed();
                latestBehind = closed.isAfter(latestBehind) ? closed : latestBehind;
                latest[i] = latestBehind;
            }
        }

        Place start() {
            return spans.get(0).start();
        }

        Place end() {
            return ends.get(ends.size() - 1);
        }

        List<Span> spans() {
            return spans;
        }

        /** The first span that reaches beyond that place; as many as there are spans when none does. */
        int beyond(Place place) {
            int low = 0;
            int high = spans.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ends.get(middle).compareTo(place) > 0) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        /** When the last of the journals from that one on was closed. */
        Instant latest(int from) {
            return latest[from];
        }

        /** The first journal of that incarnation from there on; as many as there are spans for none. */
        int firstOf(long incarnation, int from) {
            int at = from;
            while (at < spans.size() && spans.get(at).link().id().incarnation() != incarnation) {
                at++;
            }
            return at;
        }

        /** When the last of those before {@code to} was closed, the first being {@code from}; the other instant when there are none. */
        Instant latestBetween(int from, int to, Instant atLeast) {
            Instant found = atLeast;
            for (int i = from; i < to; i++) {
                Instant closed = spans.get(i).link().closed();
                found = closed.isAfter(found) ? closed : found;
            }
            return found;
        }
    }
}
