package io.saddlebag.requirements;

import java.util.regex.Pattern;

/** One test seen once under one requirement id. As a line: id, test, outcome and reason between tabs. */
record Observation(String id, String test, Outcome outcome, String reason) {
    static final Pattern ID = Pattern.compile("[WDMCSJRXEQ]\\d+");

    /** In the order of weight: of several runs of one test (parameters), the last of these stands for all. */
    enum Outcome {
        SKIPPED,
        PASSED,
        FAILED
    }

    static Observation parse(String line) {
        String[] fields = line.split("\t", -1);
        return new Observation(fields[0], fields[1], Outcome.valueOf(fields[2]), fields[3]);
    }

    String line() {
        return String.join("\t", id, test, outcome.name(), reason.replaceAll("\\s+", " "));
    }
}
