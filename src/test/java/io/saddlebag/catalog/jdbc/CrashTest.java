package io.saddlebag.catalog.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.Samples;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.store.jdbc.ChildJvm;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes are killed at any instant, one after another and beside each other, on one store. */
@Tag("slow")
class CrashTest {
    private static final long SEED = 20261121L;
    private static final int KILLS = 30;
    private static final int MOST_LINES = 40;
    private static final int LONGEST_MILLIS = 15;
    private static final int ROUNDS_BESIDE = 15;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("catalog.db");
    }

    @Test
    @Tag("Q11")
    @Tag("C1")
    @Tag("C2")
    @Tag("M20")
    @Tag("S7")
    @Tag("W21")
    void whatever_was_acknowledged_before_a_kill_is_there_and_nothing_half() throws Exception {
        Random random = new Random(SEED);
        List<String> acknowledged = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            // by what it has done, then by time: a busy machine must not kill children that have hardly begun
            List<String> said;
            int lines = 1 + random.nextInt(MOST_LINES);
            int millis = random.nextInt(LONGEST_MILLIS);
            try (ChildJvm child = ChildJvm.start(
                    folder.resolve("out" + kill), CrashingWriter.class, file().toString(), "p" + kill, "1000000")) {
                child.awaitLines(lines);
                child.killAfter(millis);
                said = child.lines();
                acknowledged.addAll(said);
            }
            try (JdbcStore store = JdbcStore.openSqlite(file(), JdbcCatalog.FAULTS)) {
                assertHolds(
                        "seed " + SEED + " kill " + kill + " after " + lines + " lines and " + millis + " ms",
                        store,
                        said);
                endDeadJobs(new JdbcJobLog(store));
            }
        }
        try (JdbcStore store = JdbcStore.openSqlite(file(), JdbcCatalog.FAULTS)) {
            assertHolds("seed " + SEED + ", at last", store, acknowledged);
        }
        assertThat(acknowledged).filteredOn(line -> line.startsWith("over")).hasSizeGreaterThan(KILLS / 2);
    }

    @Test
    @Tag("Q11")
    @Tag("C2")
    @Tag("M20")
    @Tag("S2")
    void two_processes_on_one_store_lose_nothing_and_share_no_number() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        try (ChildJvm one = ChildJvm.start(
                        folder.resolve("one"), CrashingWriter.class, file().toString(), "one", "" + ROUNDS_BESIDE);
                ChildJvm two = ChildJvm.start(
                        folder.resolve("two"), CrashingWriter.class, file().toString(), "two", "" + ROUNDS_BESIDE)) {
            assertThat(one.awaitExit()).as(() -> "one").isZero();
            assertThat(two.awaitExit()).as(() -> "two").isZero();
            acknowledged.addAll(one.lines());
            acknowledged.addAll(two.lines());
        }

        try (JdbcStore store = JdbcStore.openSqlite(file(), JdbcCatalog.FAULTS)) {
            assertHolds("two processes", store, acknowledged);
        }
        assertThat(numbers(acknowledged, "complete")).hasSize(2 * ROUNDS_BESIDE);
        assertThat(numbers(acknowledged, "over")).hasSize(2 * ROUNDS_BESIDE);
    }

    private static void assertHolds(String when, JdbcStore store, List<String> acknowledged) throws IOException {
        assertThat(acknowledged).as(when).noneMatch(line -> line.startsWith("FAILED") || line.contains("xception"));
        for (String kind : List.of("volume", "begun", "job", "owed")) {
            assertThat(numbers(acknowledged, kind)).as(when + ": " + kind).doesNotHaveDuplicates();
        }
        backups(when, new JdbcCatalog(store), acknowledged);
        jobs(when, new JdbcJobLog(store), acknowledged);
    }

    private static void backups(String when, Catalog catalog, List<String> acknowledged) throws IOException {
        for (String line : acknowledged) {
            if (line.startsWith("complete ")) {
                String[] words = line.split(" ");
                assertThat(catalog.find(BackupId.parse(words[1])))
                        .as(when + ": " + line)
                        .get()
                        .satisfies(backup -> {
                            assertThat(backup.state()).isEqualTo(Backup.State.COMPLETE);
                            assertThat(backup.objects()).isEqualTo(Long.parseLong(words[2]));
                        });
            }
        }
        for (Backup backup : catalog.backups(Catalog.Filter.ALL)) {
            boolean complete = backup.state() == Backup.State.COMPLETE;
            assertThat(backup.sections()).as(when + ": " + backup.id()).hasSize(complete ? 2 : 0);
            if (complete) {
                assertThat(Samples.paths(catalog, backup.id(), ""))
                        .as(when + ": " + backup.id())
                        .hasSize(Math.toIntExact(backup.objects()));
            }
        }
    }

    private static void jobs(String when, JobLog log, List<String> acknowledged) throws IOException {
        List<Long> owed = log.owed().stream().map(Obligation::number).toList();
        List<String> settled = numbers(acknowledged, "settled");
        for (String number : numbers(acknowledged, "owed")) {
            if (settled.contains(number)) {
                assertThat(owed).as(when).doesNotContain(Long.parseLong(number));
            }
        }
        List<String> over = numbers(acknowledged, "over");
        List<String> ended = numbers(acknowledged, "ended");
        for (String name : numbers(acknowledged, "began")) {
            Job job = log.find(new JobName(name)).orElseThrow();
            assertThat(job.steps()).as(when + ": job " + name).hasSize(1);
            if (ended.contains(name)) {
                assertThat(job.steps().get(0).ended())
                        .as(when + ": job " + name)
                        .isNotNull();
            }
            if (over.contains(name)) {
                assertThat(job.state()).as(when + ": job " + name).isEqualTo(JobState.COMPLETED);
            }
        }
        for (Job job : log.jobs()) {
            if (job.state() == JobState.RUNNING && job.steps().stream().anyMatch(step -> step.ended() == null)) {
                assertThat(log.owed())
                        .as(when + ": what job " + job.name() + " was doing is owed")
                        .anyMatch(obligation -> obligation.job().equals(job.name()));
            }
        }
    }

    /** As the next start of the program does; so each kill meets a store in order. */
    private static void endDeadJobs(JobLog log) throws IOException {
        for (Job job : log.jobs()) {
            if (!job.state().ended()) {
                log.end(job.name(), JobState.FAILED, "its process died", Instant.EPOCH);
            }
        }
        for (Obligation obligation : log.owed()) {
            log.settle(obligation);
        }
    }

    private static List<String> numbers(List<String> lines, String kind) {
        return lines.stream()
                .filter(line -> line.startsWith(kind + " "))
                .flatMap(line -> Stream.of(line.split(" ")[1]))
                .toList();
    }
}
