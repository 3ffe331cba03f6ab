package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full backup, two on top of it, each of them with a file more; {@code a} changes each time. */
final class LevelFailoverTest {
    @TempDir
    Path home;

    private LevelBench bench;
    private Backup full;
    private Backup first;
    private Backup second;

    @BeforeEach
    void open() throws Exception {
        bench = new LevelBench(home);
        write("a", "one");
        write("gone", "deleted before the second");
        full = bench.backUpToPool("0");
        write("a", "two");
        write("new1", "1");
        first = bench.backUpToPool("1");
        write("a", "three");
        write("new2", "2");
        Files.delete(bench.tree.resolve("gone"));
        second = bench.backUpToPool("2");
        assertThat(bench.read(bench.plan(second))).containsExactly(full.id(), first.id(), second.id());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("R5")
    void without_the_last_increment_the_state_before_it_comes_back_whole() throws Exception {
        Files.delete(file(second));

        Path restored = restore(JobState.COMPLETED_WITH_WARNINGS);

        assertThat(restored.resolve("a")).hasContent("two");
        assertThat(restored.resolve("gone")).exists();
        assertThat(restored.resolve("new1")).exists();
        assertThat(restored.resolve("new2")).doesNotExist();
        assertThat(transcripts())
                .contains("failover to previous backup")
                .contains("WARNING what was restored is OLDER than asked for: backup " + first.id());
        assertThat(lastJob().figures())
                .containsEntry("restored-backup", first.id().toString());
    }

    @Test
    @Tag("R5")
    void an_increment_in_the_middle_takes_those_on_top_of_it_along() throws Exception {
        Files.delete(file(first));

        Path restored = restore(JobState.COMPLETED_WITH_WARNINGS);

        assertThat(restored.resolve("a")).hasContent("one");
        assertThat(restored.resolve("new1")).doesNotExist();
        assertThat(transcripts())
                .contains(
                        "backup " + first.id() + " of tree of " + first.about().at() + " is passed over: image "
                                + first.about().imageId() + ", which it needs, can't be read")
                .contains("nothing is read of backup " + second.id() + ": backup " + full.id()
                        + " was restored instead of backup " + second.id());
    }

    @Test
    @Tag("R5")
    void without_the_full_one_nothing_is_left_and_each_reason_is_told() throws Exception {
        Files.delete(file(full));

        restore(JobState.FAILED);

        assertThat(transcripts())
                .contains(
                        "backup " + first.id() + " of tree of " + first.about().at() + " is passed over")
                .doesNotContain("failover to previous backup");
    }

    private Path restore(JobState last) throws Exception {
        Path to = Files.createDirectories(home.resolve("restored"));
        List<Job> jobs = bench.node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.Latest("tree")),
                List.of(),
                to,
                RestoreRequest.Existing.REPLACE,
                null,
                null));
        assertThat(jobs)
                .anySatisfy(job -> assertThat(job.state()).as(job.cause()).isEqualTo(last));
        return to.resolve(bench.tree.subpath(0, bench.tree.getNameCount()));
    }

    private Job lastJob() throws IOException {
        List<Job> all = bench.bench.log().jobs();
        return all.get(all.size() - 1);
    }

    private String transcripts() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Job job : bench.bench.log().jobs()) {
            all.append(bench.bench.transcripts.lines(job.name()).collect(Collectors.joining("\n")))
                    .append('\n');
        }
        return all.toString();
    }

    private Path file(Backup backup) {
        return home.resolve("pool").resolve(backup.files().get(0).path());
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(bench.tree.resolve(name), text);
    }
}
