package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a sweep came to, line by line as it goes and in all at its end, in {@code target/kill-sweep.txt}. */
final class SweepFigures {
    private static final Path FILE = Path.of("target/kill-sweep.txt");

    private final Map<String, Integer> steps = new TreeMap<>();
    private final Map<String, Integer> aims = new TreeMap<>();
    private final Map<String, Integer> results = new TreeMap<>();
    private final List<Duration> outages = new ArrayList<>();
    private int hits;
    private int tooLate;

    void calm(Map<Moment, Long> seen) throws IOException {
        long begun = Collections.min(seen.values());
        StringBuilder line = new StringBuilder("undisturbed, ms:");
        seen.forEach((moment, at) -> line.append(' ').append(moment).append(' ').append((at - begun) / 1_000_000));
        say(line.toString());
    }

    void add(String kind, Kill.Hit hit, Duration outage, String result) throws IOException {
        steps.merge(hit.where(), 1, Integer::sum);
        aims.merge(hit.aim().about(), 1, Integer::sum);
        results.merge(result, 1, Integer::sum);
        hits++;
        if (hit.aim().victims() == Kill.Victims.JOB) {
            outages.add(outage);
        }
        tooLate += hit.tooLate();
        say(kind + " " + hit + ", runs again after " + outage.toMillis() + " ms, " + result);
    }

    int diedIn(String step) {
        return steps.getOrDefault(step, 0);
    }

    void write(String kind) throws IOException {
        if (outages.isEmpty()) {
            return;
        }
        Collections.sort(outages);
        say(kind + "s killed alive: " + hits + ", drawn again because too late: " + tooLate);
        say("  aims " + aims);
        say("  steps " + steps);
        say("  results " + results);
        say("  with a guard, runs again after ms: median "
                + outages.get(outages.size() / 2).toMillis() + ", most "
                + outages.get(outages.size() - 1).toMillis());
    }

    private static void say(String line) throws IOException {
        Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
