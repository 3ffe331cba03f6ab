package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Layers;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.media.Lane;
import io.saddlebag.media.PoolFile;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.Until;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backup 1 is on tape, 2 in a pool, 3 on tape, an hour apart. */
final class SelectionTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        row(1);
        node.backup(node.target());
        row(2);
        node.backup(node.poolTarget());
        row(3);
        node.backup(node.target());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("R3")
    void the_newest_backup_is_restored_or_the_newest_up_to_a_time() throws Exception {
        assertThat(restored(BackupSelector.of("orders", null), RestoreChoices.DEFAULT))
                .isEqualTo("row 3");
        Instant second = at(2);
        assertThat(restored(BackupSelector.of("orders", new Until.Time(second)), RestoreChoices.DEFAULT))
                .isEqualTo("row 2");
        assertThat(restored(BackupSelector.of("orders", new Until.Time(second.minusNanos(1))), RestoreChoices.DEFAULT))
                .isEqualTo("row 1");
    }

    @Test
    @Tag("R3")
    void only_the_media_that_a_request_allows_are_read() throws Exception {
        assertThat(restored(BackupSelector.of("orders", null), RestoreChoices.parse("disk", null, false)))
                .isEqualTo("row 2");
    }

    @Test
    @Tag("R3")
    void when_there_is_none_all_that_was_considered_is_listed_and_nothing_is_touched() throws Exception {
        bench.events.clear();
        Map<String, String> before = Trees.content(bench.data);

        BackupException none = refused(
                BackupSelector.of("orders", new Until.Time(at(2).minusNanos(1))),
                RestoreChoices.parse("disk", null, false));

        assertThat(none.is(RestoreFault.NONE_SATISFIES)).isTrue();
        assertThat(none.what())
                .isEqualTo("nothing can be restored for the latest backup of orders up to "
                        + at(2).minusNanos(1) + "; considered: backup 3 of " + at(3) + ": it is newer than "
                        + at(2).minusNanos(1) + "; backup 2 of " + at(2) + ": it is newer than "
                        + at(2).minusNanos(1) + "; backup 1 of " + at(1) + ": image "
                        + backup(1).about().imageId() + " has no copy on disk, only "
                        + String.join(" ", backup(1).places()));
        assertThat(bench.events).isEmpty();
        assertThat(Trees.content(bench.data)).isEqualTo(before);
        assertThat(bench.log().jobs()).hasSize(3);
    }

    @Test
    @Tag("R3")
    void a_backup_named_by_its_number_is_not_read_from_a_medium_that_is_not_allowed() throws Exception {
        BackupException refused =
                refused(new BackupSelector.ById(new BackupId(3)), RestoreChoices.parse("disk", null, false));

        assertThat(refused.what())
                .contains("nothing can be restored for backup 3")
                .contains("has no copy on disk");
    }

    @Test
    @Tag("R3")
    void places_in_journals_are_those_that_the_database_told() throws Exception {
        recorded("pg-1", Map.of("stopLsn", "0/2000138"));
        recorded("pg-2", Map.of("stopLsn", "0/4000138"));
        recorded("pg-3", Map.of());

        assertThat(new Selection(bench.catalog())
                        .of(BackupSelector.of("ledger", Until.parse("lsn:0/4000137")), Medium.ANY))
                .extracting(each -> each.backup().about().imageId())
                .containsExactly("pg-1");
        recorded("maria-1", Map.of("binaryLog", "binlog.000007"));
        recorded("maria-2", Map.of("binaryLog", "binlog.000009"));
        assertThat(new Selection(bench.catalog())
                        .of(BackupSelector.of("ledger", Until.parse("sequence:8")), Medium.ANY))
                .extracting(each -> each.backup().about().imageId())
                .containsExactly("maria-1");
    }

    @Test
    @Tag("R3")
    void the_end_of_backup_mode_counts_and_not_its_snapshot_where_that_is_what_a_restore_yields() throws Exception {
        Instant snapshot = bench.time.instant();
        recorded("pg-1", Map.of("stopTime", snapshot.plusSeconds(60).toString()));

        BackupException none = catchThrowableOfType(
                BackupException.class,
                () -> new Selection(bench.catalog())
                        .of(BackupSelector.of("ledger", new Until.Time(snapshot.plusSeconds(59))), Medium.ANY));

        assertThat(none.what()).contains("it is newer than " + snapshot.plusSeconds(59));
    }

    private void recorded(String image, Map<String, String> facts) throws IOException {
        Instant now = bench.time.instant();
        try (Catalog.Writing writing = bench.catalog()
                .begin(new NewBackup(
                        image, "ledger", "ledger", "1", "testhost", now, "ATOMIC", List.of(Layers.TAR), facts))) {
            writing.complete(
                    new StoredImage(
                            new ImageToStore(image, Lane.ONLY, "ledger", "1", "", "testhost", List.of(Layers.TAR), now),
                            List.of(),
                            List.of(new PoolFile("disk", "nightly/" + image + ".1.tar", 1, 0, 0, null)),
                            0),
                    0,
                    now);
        }
    }

    private void row(int number) throws IOException {
        bench.time.pass(Duration.ofHours(1));
        Files.writeString(bench.data.resolve("table"), "row " + number);
    }

    private Backup backup(int id) throws IOException {
        return bench.catalog().find(new BackupId(id)).orElseThrow();
    }

    private Instant at(int id) throws IOException {
        return backup(id).about().at();
    }

    private String restored(BackupSelector selector, RestoreChoices choices) throws Exception {
        Job job = node.restores.restore(request(selector, choices)).get(0);
        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        return Files.readString(bench.data.resolve("table"));
    }

    private BackupException refused(BackupSelector selector, RestoreChoices choices) {
        return catchThrowableOfType(BackupException.class, () -> node.restores.restore(request(selector, choices)));
    }

    private static RestoreRequest request(BackupSelector selector, RestoreChoices choices) {
        return new RestoreRequest(List.of(selector), List.of(), null, RestoreRequest.Existing.REPLACE, "orders", null)
                .with(choices);
    }
}
