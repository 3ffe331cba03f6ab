package io.saddlebag.architecture;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The packages below {@code planted} break every rule once; a rule that stays silent there is worth nothing. */
class ArchitectureRulesBiteTest {
    private static final String ROOT = "io.saddlebag.architecture.planted";
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(ROOT);

    private final ArchitectureRules rules = new ArchitectureRules(ROOT);

    /** Rule to what its report must name: each way of breaking it, not only the first. */
    private static final Map<String, List<String>> BITES = Map.ofEntries(
            entry("concepts have no cycles", List.of("Slice backup", "Slice restore")),
            entry("packages have no cycles", List.of("Slice tape", "Slice tape.file")),
            entry("only faces know Camel", List.of("KnowsCamel")),
            entry("only native leaves know JNA", List.of("KnowsJna")),
            entry("only adapters know JDBC", List.of("javax.sql.DataSource", "java.sql.Connection")),
            entry("only app imports leaves", List.of("backup.ImportsLeaf", "tape.file.SeesSibling", "tape.TapePort")),
            entry("only the command line knows picocli", List.of("KnowsPicocli")),
            entry(
                    "no wall clock",
                    List.of(
                            "System.currentTimeMillis()",
                            "System.nanoTime()",
                            "Instant.now()",
                            "LocalDate.now()",
                            "Clock.systemUTC()",
                            "java.util.Date.<init>()")),
            entry("no sleep", List.of("Thread.sleep(long)", "TimeUnit.sleep(long)")),
            entry("no threads", List.of("java.lang.Thread.<init>", "Executors.newCachedThreadPool()")),
            entry(
                    "no randomness",
                    List.of("Math.random()", "Random.<init>()", "SecureRandom.<init>()", "UUID.randomUUID()")),
            entry("no processes", List.of("ProcessBuilder.<init>", "Runtime.exec")),
            entry("no nio Files", List.of("Files.readAllBytes", "Files.delete")),
            entry("no files opened", List.of("FileChannel.open", "java.io.File.<init>", "FileInputStream.<init>")),
            entry("media is pure", List.of("SeesBackup")),
            entry(
                    "media touches nothing outside",
                    List.of("java.nio.file.Files", "java.time.Clock", "java.sql.Connection")),
            entry("no standard streams", List.of("System.out", "System.err", "printStackTrace()")),
            entry("no java.util.logging", List.of("KnowsJul")));

    @TestFactory
    Stream<DynamicTest> each_rule_finds_what_was_planted_for_it() {
        return rules.all().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> {
                    String report = report(rule.getKey());
                    assertThat(report).as(rule.getKey()).contains(BITES.get(rule.getKey()));
                }));
    }

    @Test
    void every_rule_has_a_bite() {
        assertThat(rules.all()).containsOnlyKeys(BITES.keySet());
    }

    /** The planted app does everything that it alone is allowed, and so do a few leaves. */
    @TestFactory
    Stream<DynamicTest> no_rule_minds_what_is_allowed() {
        return rules.all().keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    assertThat(report(name)).as(name).doesNotContain("Allowed");
                }));
    }

    private String report(String rule) {
        return String.join(
                "\n", rules.all().get(rule).evaluate(PLANTED).getFailureReport().getDetails());
    }
}
