package io.saddlebag.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What came of each fault of a sweep, and what must not have come. */
public final class SweepTable {
    private final Map<String, Map<String, Integer>> outcomes = new TreeMap<>();
    private final Map<String, Map<String, Integer>> phases = new TreeMap<>();
    private final List<String> defects = new ArrayList<>();

    public void add(String fault, String phase, String outcome) {
        outcomes.computeIfAbsent(fault, f -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
        phases.computeIfAbsent(phase, f -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
    }

    public void defect(String what) {
        defects.add(what);
    }

    public List<String> defects() {
        return defects;
    }

    public Set<String> faults() {
        return outcomes.keySet();
    }

    public Set<String> phases() {
        return phases.keySet();
    }

    public int cases() {
        return outcomes.values().stream()
                .flatMap(each -> each.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    public void print(String title) {
        StringBuilder text = new StringBuilder(title)
                .append(": ")
                .append(cases())
                .append(" cases, ")
                .append(defects.size())
                .append(" defects\n");
        phases.forEach((phase, counts) ->
                text.append("  ").append(phase).append(' ').append(counts).append('\n'));
        outcomes.forEach((fault, counts) ->
                text.append("  ").append(fault).append(' ').append(counts).append('\n'));
        System.out.print(text);
    }
}
