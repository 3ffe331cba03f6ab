package io.saddlebag.requirements;

import io.saddlebag.requirements.Observation.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes one table, requirement to tests, of what the {@link RequirementListener}s of all test JVMs wrote. */
public final class RequirementReport {
    private static final Comparator<String> BY_LETTER_AND_NUMBER = Comparator.<String>comparingInt(id -> id.charAt(0))
            .thenComparingInt(id -> Integer.parseInt(id.substring(1)));

    private final SortedSet<String> claimed;
    private final SortedMap<String, SortedMap<String, Observation>> testsById = new TreeMap<>(BY_LETTER_AND_NUMBER);

    RequirementReport(List<String> claimedLines, List<String> observedLines) {
        claimed = new TreeSet<>(BY_LETTER_AND_NUMBER);
        for (String line : claimedLines) {
            String id = line.replaceFirst("#.*", "").strip();
            if (!id.isEmpty()) {
                if (!Observation.ID.matcher(id).matches()) {
                    throw new IllegalStateException("\"" + id + "\" is claimed, but is no requirement id");
                }
                claimed.add(id);
            }
        }
        for (String line : observedLines) {
            Observation seen = Observation.parse(line);
            testsById
                    .computeIfAbsent(seen.id(), id -> new TreeMap<>())
                    .merge(seen.test(), seen, (a, b) -> a.outcome().compareTo(b.outcome()) >= 0 ? a : b);
        }
    }

    /** Arguments: folder of the observations (*.tsv), file of the claimed ids, file to write. */
    public static void main(String[] args) throws IOException {
        List<String> observed = new ArrayList<>();
        Path folder = Path.of(args[0]);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".tsv"))
                        .sorted()
                        .toList()) {
                    observed.addAll(Files.readAllLines(file));
                    // used up: a later build must not count what it did not run
                    Files.delete(file);
                }
            }
        }
        RequirementReport report = new RequirementReport(Files.readAllLines(Path.of(args[1])), observed);
        Files.writeString(Path.of(args[2]), report.table());
        System.out.println(report.summary());
        List<String> onlySkipped = report.claimedOnlySkipped();
        if (!onlySkipped.isEmpty() && "true".equals(System.getenv("CI"))) {
            System.out.println("WARNING: CLAIMED, BUT ONLY SKIPPED HERE: " + String.join(" ", onlySkipped));
            onlySkipped.forEach(id -> System.out.println("WARNING:   " + report.row(id)));
        }
        List<String> unheld = report.claimedUnheld();
        if (!unheld.isEmpty()) {
            throw new IllegalStateException("claimed requirements without a test that passed, or that was skipped "
                    + "with a reason: " + String.join(" ", unheld));
        }
    }

    String summary() {
        long held =
                testsById.keySet().stream().filter(id -> is(id, Outcome.PASSED)).count();
        return "requirements: %d with tests, %d of them held, %d claimed, %d claimed without hold"
                .formatted(
                        testsById.size(), held, claimed.size(), claimedUnheld().size());
    }

    String table() {
        SortedSet<String> ids = new TreeSet<>(BY_LETTER_AND_NUMBER);
        ids.addAll(testsById.keySet());
        ids.addAll(claimed);
        StringBuilder table = new StringBuilder("# Requirements and their tests\n\n" + summary() + "\n\n");
        table.append("| id | claimed | outcome | tests |\n|---|---|---|---|\n");
        ids.forEach(id -> table.append(row(id)).append('\n'));
        return table.toString();
    }

    /** Claimed ids with a failed test, or with none that passed or was skipped with a reason. */
    List<String> claimedUnheld() {
        return claimed.stream()
                .filter(id -> !is(id, Outcome.PASSED) && !isSkippedWithReason(id))
                .toList();
    }

    List<String> claimedOnlySkipped() {
        return claimed.stream().filter(this::isSkippedWithReason).toList();
    }

    private boolean isSkippedWithReason(String id) {
        return is(id, Outcome.SKIPPED)
                && tests(id).values().stream().noneMatch(test -> test.reason().isBlank());
    }

    /** The outcome of an id is the heaviest of its tests. */
    private boolean is(String id, Outcome outcome) {
        return tests(id).values().stream()
                .map(Observation::outcome)
                .max(Comparator.naturalOrder())
                .filter(outcome::equals)
                .isPresent();
    }

    private String row(String id) {
        StringBuilder tests = new StringBuilder();
        for (Observation test : tests(id).values()) {
            tests.append(tests.isEmpty() ? "" : "<br>").append(test.test());
            if (test.outcome() != Outcome.PASSED) {
                tests.append(" (").append(test.outcome().name().toLowerCase(java.util.Locale.ROOT));
                tests.append(test.reason().isBlank() ? "" : ": " + test.reason().replace("|", "\\|"));
                tests.append(')');
            }
        }
        String outcome = is(id, Outcome.PASSED)
                ? "passed"
                : is(id, Outcome.FAILED) ? "FAILED" : is(id, Outcome.SKIPPED) ? "skipped" : "NO TEST";
        return "| %s | %s | %s | %s |".formatted(id, claimed.contains(id) ? "yes" : "", outcome, tests);
    }

    private Map<String, Observation> tests(String id) {
        return testsById.getOrDefault(id, new TreeMap<>());
    }
}
