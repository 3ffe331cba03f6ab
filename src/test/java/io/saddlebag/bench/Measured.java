package io.saddlebag.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Seconds of one program, run after run. */
final class Measured {
    final String name;
    private final List<Double> seconds = new ArrayList<>();

    Measured(String name) {
        this.name = name;
    }

    void add(double value) {
        seconds.add(value);
    }

    double[] sorted() {
        return seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    double median() {
        return sorted()[seconds.size() / 2];
    }

    /** Median of the ratios of neighbouring runs: this one's speed over the other's time, 1 when alike. */
    double ratio(Measured other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            ratios.add(seconds.get(i) / other.seconds.get(i));
        }
        ratios.sort(null);
        return ratios.get(ratios.size() / 2);
    }

    /** @param all the peer first */
    static void report(double mebibytes, Measured... all) {
        System.out.printf(Locale.ROOT, "%.0f MiB, %d runs, seconds%n", mebibytes, all[0].seconds.size());
        for (Measured each : all) {
            System.out.printf(
                    Locale.ROOT,
                    "%-36s median %6.2f  min %6.2f  max %6.2f  %5.0f MiB/s  ratio to peer %.2f%n",
                    each.name,
                    each.median(),
                    each.sorted()[0],
                    each.sorted()[each.seconds.size() - 1],
                    mebibytes / each.median(),
                    all[0].ratio(each));
        }
    }
}
