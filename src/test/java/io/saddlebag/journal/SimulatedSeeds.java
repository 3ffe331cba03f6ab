package io.saddlebag.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The seeds of a simulation: a sample for each build, or a hundred thousand on all processors; {@code -Djournal.seed=N} is one alone. */
public final class SimulatedSeeds {
    private static final int SAMPLE = Integer.getInteger("journal.simulations", 1500);
    private static final int ALL = 100_000;

    private SimulatedSeeds() {}

    /** Seeds one after another, and what was seen in them. */
    public interface Range {
        void run(long first, long last);
    }

    /** What happens under one seed. */
    public interface Life {
        void live(long seed) throws Exception;
    }

    public static void sample(Range range) {
        long only = Long.getLong("journal.seed", 0);
        range.run(only > 0 ? only : 1, only > 0 ? only : SAMPLE);
    }

    public static void all(ExecutorService workers, Range range) throws Exception {
        int slices = Runtime.getRuntime().availableProcessors();
        List<Callable<Void>> parts = new ArrayList<>();
        for (int slice = 0; slice < slices; slice++) {
            long first = 1 + (long) ALL * slice / slices;
            long last = (long) ALL * (slice + 1) / slices;
            parts.add(() -> {
                range.run(first, last);
                return null;
            });
        }
        for (Future<Void> each : workers.invokeAll(parts)) {
            each.get();
        }
    }

    /** A failure names its seed. */
    public static void each(long first, long last, Life life) {
        for (long seed = first; seed <= last; seed++) {
            try {
                life.live(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
