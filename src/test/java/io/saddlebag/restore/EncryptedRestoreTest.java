package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.age.KeyFault;
import io.saddlebag.backup.OfflineBackup;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.key.KeyRing;
import io.saddlebag.key.MemoryKeys;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted backups of database {@code orders}, and nodes with other keys. */
final class EncryptedRestoreTest {
    @TempDir
    Path home;

    private final MemoryKeys shelf = new MemoryKeys();
    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("R4")
    void with_the_key_in_its_folder_a_backup_opens_without_a_word() throws Exception {
        KeyRing keys = keys();
        keys.generate("nightly", Instant.EPOCH);
        backUp(keys, "nightly");

        Job job = restore("orders", null);

        assertThat(job.cause()).isNull();
        assertThat(bench.data.resolve("table")).hasContent("row 1");
    }

    @Test
    @Tag("R4")
    void a_missing_key_is_told_before_anything_is_touched() throws Exception {
        KeyRing keys = keys();
        keys.generate("nightly", Instant.EPOCH);
        backUp(keys, "nightly");
        shelf.identities.clear();
        keys.generate("another", Instant.EPOCH);
        Path target = Files.createDirectories(home.resolve("target"));
        Map<String, String> before = Trees.content(bench.data);

        for (@Nullable Path to : new @Nullable Path[] {null, target}) {
            BackupException refused =
                    catchThrowableOfType(BackupException.class, () -> restore(to == null ? "orders" : null, to));
            assertThat(refused.is(KeyFault.KEY_MISSING)).isTrue();
            assertThat(refused.what()).contains("the image is encrypted for key ");
        }

        untouched(before, target);
        assertThat(bench.log().jobs()).hasSize(1);
    }

    @Test
    @Tag("R4")
    void a_wrong_password_is_told_before_the_database_is_stopped_or_a_file_written() throws Exception {
        shelf.passwords.put("paper", "correct horse battery\n");
        backUp(keys(), "paper");
        Path target = Files.createDirectories(home.resolve("target"));
        Map<String, String> before = Trees.content(bench.data);
        shelf.passwords.put("paper", "incorrect horse battery\n");

        for (@Nullable Path to : new @Nullable Path[] {null, target}) {
            Job job = restore(to == null ? "orders" : null, to);
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.cause()).contains(KeyFault.KEY_MISSING.id()).doesNotContain("horse");
        }
        untouched(before, target);

        shelf.passwords.put("paper", "correct horse battery\n");
        assertThat(restore("orders", null).cause()).isNull();
        assertThat(bench.data.resolve("table")).hasContent("row 1");
    }

    @Test
    @Tag("R4")
    @Tag("R5")
    void a_key_that_is_missing_is_never_a_reason_to_restore_an_older_backup() throws Exception {
        KeyRing keys = keys();
        Workbench.Node node = bench.node();
        node.backup(node.poolTarget());
        keys.generate("nightly", Instant.EPOCH);
        bench.time.pass(java.time.Duration.ofHours(1));
        backUp(keys, "nightly");
        shelf.identities.clear();

        BackupException refused = catchThrowableOfType(BackupException.class, () -> restore("orders", null));

        assertThat(refused.is(KeyFault.KEY_MISSING)).isTrue();
        assertThat(bench.data.resolve("table")).hasContent("spoilt");
    }

    private KeyRing keys() {
        KeyRing keys = new KeyRing(shelf, new SecureRandom());
        bench.decryption = keys;
        return keys;
    }

    private void backUp(KeyRing keys, String names) throws Exception {
        Workbench.Node node = bench.node();
        Job job = new OfflineBackup(node.backups)
                .run(new OfflineBackup.Order(
                        "orders",
                        null,
                        Overlap.SKIP,
                        node.orders(),
                        node.stop(),
                        paths -> node.snapshots(),
                        new SourceOptions(Compression.NONE, keys.encryption(names)),
                        node.poolTarget()))
                .orElseThrow();
        assertThat(job.state()).isIn(JobState.COMPLETED, JobState.COMPLETED_WITH_WARNINGS);
        Files.writeString(bench.data.resolve("table"), "spoilt");
        bench.events.clear();
    }

    private Job restore(@Nullable String database, @Nullable Path to) throws Exception {
        return bench.node()
                .restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")), List.of(), to, Existing.REPLACE, database, null))
                .get(0);
    }

    private void untouched(Map<String, String> before, Path target) throws Exception {
        assertThat(bench.events).isEmpty();
        assertThat(Trees.content(bench.data)).isEqualTo(before);
        assertThat(Trees.content(target)).isEmpty();
        try (Stream<Path> beside = Files.list(home)) {
            assertThat(beside.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.contains(".saddlebag-"));
        }
        assertThat(bench.log().owed()).isEmpty();
    }
}
