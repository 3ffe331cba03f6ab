package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the workbench's database need not be restored: folder data with table and base/index, folder journal with log. */
@Tag("R6")
final class AlreadyThereTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Map<String, String> whole;
    private Path table;
    private Path index;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        bench.orders.checkpoint = Optional.of("checkpoint 7");
        table = bench.data.resolve("table");
        index = bench.data.resolve("base/index");
        // the twin's snapshots are copies, with times of microseconds
        for (Path file : List.of(table, index, bench.journal.resolve("log"))) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
        }
        Workbench.Node node = bench.node();
        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
        Files.delete(bench.data.resolve("lock"));
        whole = Trees.content(bench.data);
        bench.events.clear();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private static RestoreRequest request(RestoreChoices choices) {
        return new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")), List.of(), null, Existing.REPLACE, "orders", null)
                .with(choices);
    }

    private Job restored(RestoreChoices choices) throws Exception {
        Job job = bench.node().restores.restore(request(choices)).get(0);
        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        assertThat(Trees.content(bench.data)).isEqualTo(whole);
        return job;
    }

    private List<String> beside(String part) throws IOException {
        try (Stream<Path> all = Files.list(home)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.contains(part))
                    .toList();
        }
    }

    private static Object identity(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    @Test
    void of_a_database_at_the_checkpoint_of_the_backup_only_what_is_missing_is_restored() throws Exception {
        Object before = identity(index);
        Files.delete(table);

        Job job = restored(RestoreChoices.DEFAULT);

        assertThat(identity(index)).isEqualTo(before);
        assertThat(beside(".saddlebag-")).isEmpty();
        assertThat(bench.events).containsExactly("stop", "start", "verify");
        assertThat(job.figures()).containsEntry("in-place", "2");
    }

    @Test
    void a_file_of_another_length_or_time_is_restored() throws Exception {
        FileTime time = Files.getLastModifiedTime(index);
        Files.writeString(index, "longer than it was backed up");
        Files.setLastModifiedTime(index, time);
        Files.writeString(table, "ROW 1\n");
        Files.setLastModifiedTime(table, FileTime.fromMillis(1_700_000_000_001L));

        restored(RestoreChoices.DEFAULT);

        assertThat(beside(".saddlebag-")).isEmpty();
    }

    @Test
    void when_nothing_is_missing_nothing_is_read() throws Exception {
        bench.readWrap = stored -> {
            throw new AssertionError("the image was read");
        };

        Object before = identity(table);
        Job job = restored(RestoreChoices.DEFAULT);

        assertThat(identity(table)).isEqualTo(before);
        assertThat(String.join("\n", bench.transcripts.lines(job.name()).toList()))
                .contains("is at the checkpoint of backup 1 (checkpoint 7)", "nothing of backup 1 is missing");
    }

    @Test
    void a_database_at_another_checkpoint_is_restored_as_a_whole() throws Exception {
        Object before = identity(index);
        bench.orders.checkpoint = Optional.of("checkpoint 8");

        restored(RestoreChoices.DEFAULT);

        assertThat(identity(index)).isNotEqualTo(before);
        assertThat(beside(".saddlebag-before-")).hasSize(2);
    }

    @Test
    void one_that_was_not_stopped_cleanly_is_restored_as_a_whole() throws Exception {
        bench.orders.checkpoint = Optional.empty();

        restored(RestoreChoices.DEFAULT);

        assertThat(beside(".saddlebag-before-")).hasSize(2);
    }

    @Test
    void force_restores_all() throws Exception {
        Object before = identity(index);

        restored(RestoreChoices.parse(null, null, true));

        assertThat(identity(index)).isNotEqualTo(before);
        assertThat(beside(".saddlebag-before-")).hasSize(2);
    }

    /** As a process leaves them that was killed; the last one it had from another backup, or before the power went. */
    private Path staged(Path component) throws IOException {
        bench.orders.checkpoint = Optional.of("checkpoint 8");
        Path stage = component.resolveSibling(component.getFileName() + ".saddlebag-restored-9");
        try (Stream<Path> all = Files.walk(component)) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        stage.resolve(component.relativize(each)),
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return stage;
    }

    @Test
    void what_a_dead_restore_had_staged_is_taken_over() throws Exception {
        Path stage = staged(bench.data);
        Files.delete(stage.resolve("table"));
        Files.writeString(stage.resolve("foreign"), "of nobody");
        Object before = identity(stage.resolve("base/index"));
        Files.writeString(table, "spoilt");

        Job job = restored(RestoreChoices.DEFAULT);

        assertThat(identity(index)).isEqualTo(before);
        assertThat(job.figures()).containsEntry(StagesBefore.TAKEN_OVER, "1").containsEntry("in-place", "1");
        assertThat(beside(".saddlebag-restored-")).isEmpty();
    }

    @Test
    void a_staged_file_is_taken_over_by_its_content_only() throws Exception {
        Path stage = staged(bench.data);
        FileTime time = Files.getLastModifiedTime(stage.resolve("table"));
        Files.writeString(stage.resolve("table"), "ROW 1\n");
        Files.setLastModifiedTime(stage.resolve("table"), time);
        Files.writeString(table, "spoilt");

        Job job = restored(RestoreChoices.DEFAULT);

        assertThat(job.figures()).containsEntry(StagesBefore.TAKEN_OVER, "1");
    }

    @Test
    void force_takes_nothing_over() throws Exception {
        staged(bench.data);

        Job job = restored(RestoreChoices.parse(null, null, true));

        assertThat(job.figures()).containsEntry(StagesBefore.TAKEN_OVER, "0");
        assertThat(beside(".saddlebag-restored-")).isEmpty();
    }

    @Test
    @Tag("Q11")
    void a_restore_that_died_anywhere_is_made_whole_by_the_same_command() throws Exception {
        bench.orders.checkpoint = Optional.empty();
        boolean through = false;
        long taken = 0;
        for (int call = 1; !through; call += 5) {
            Files.writeString(table, "spoilt");
            var dying = FaultyFiles.failing(bench.files, call, FileFailureKind.CRASH);
            Workbench.Node mortal = bench.node(Life.unending(), dying);
            try {
                mortal.restores.restore(request(RestoreChoices.DEFAULT));
                through = !dying.fired();
            } catch (SimulatedCrash expected) {
                assertThat(dying.fired()).isTrue();
            }
            bench.dead.add(mortal.owner);
            bench.node().recover();

            Job job = restored(RestoreChoices.DEFAULT);

            taken += Long.parseLong(job.figures().getOrDefault(StagesBefore.TAKEN_OVER, "0"));
            assertThat(beside(".saddlebag-restored-")).as("call " + call).isEmpty();
            for (String kept : beside(".saddlebag-before-")) {
                Trees.remove(home.resolve(kept));
            }
        }
        assertThat(taken).isPositive();
    }
}
