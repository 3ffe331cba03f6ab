package io.saddlebag.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a bench measured, run after run, as a table in the order in which the figures first came. */
final class BenchFigures {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    void add(String name, double value) {
        values.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }

    /** @param format of a value, such as {@code %.1f} */
    void print(String format) {
        System.out.println("| figure | runs | median | least | most |");
        System.out.println("|---|---|---|---|---|");
        values.forEach((name, all) -> {
            List<Double> sorted = new ArrayList<>(all);
            Collections.sort(sorted);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | " + format + " | " + format + " | " + format + " |%n",
                    name,
                    sorted.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1));
        });
    }
}
