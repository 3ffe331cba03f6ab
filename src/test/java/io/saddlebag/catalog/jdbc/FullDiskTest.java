package io.saddlebag.catalog.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.Samples;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobName;
import io.saddlebag.job.Transcript;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.media.VolumeId;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 2 MiB that is filled up. */
@Tag("Q11")
class FullDiskTest {
    @TempDir
    Path folder;

    private Path mount;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mount = Files.createDirectory(folder.resolve("small"));
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "only root can mount a small file system");
        mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "saddlebag-test", mount.toString());
        Assumptions.assumeTrue(mounted, "no file system can be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", mount.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private JdbcStore open() throws IOException {
        return JdbcStore.openSqlite(mount.resolve("catalog.db"), JdbcCatalog.FAULTS);
    }

    /** Down to the last byte. */
    private Path fill() throws IOException {
        Path filler = mount.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] zeros = new byte[4096];
            for (int i = 0; i < 1024; i++) {
                out.write(zeros);
            }
        } catch (IOException full) {
            return filler;
        }
        throw new AssertionError("2 MiB took 4");
    }

    private static void assertOutOfSpace(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(CatalogFault.OUT_OF_SPACE);
            assertThat(e.hint()).startsWith("Make room on the file system of ");
        });
    }

    @Test
    @Tag("C2")
    void a_backup_that_finds_no_room_is_no_backup_and_what_was_there_is_unharmed() throws Exception {
        Backup before;
        try (JdbcStore store = open()) {
            Catalog catalog = new JdbcCatalog(store, 100);
            before = Samples.complete(catalog, "i-1", "n", "/a", "/b");
            Catalog.Writing writing = catalog.begin(Samples.about("i-2", "n"));

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            writing.add(Samples.file("/d/" + i, i));
                        }
                    })
                    .satisfies(FullDiskTest::assertOutOfSpace);

            assertThat(catalog.backups(Catalog.Filter.COMPLETE)).containsExactly(before);
        }
        try (JdbcStore store = open()) {
            Catalog catalog = new JdbcCatalog(store);
            assertThat(catalog.backups(Catalog.Filter.COMPLETE)).containsExactly(before);
            assertThat(Samples.paths(catalog, before.id(), "")).containsExactly("/a", "/b");
        }
    }

    @Test
    @Tag("C2")
    @Tag("M20")
    void every_change_fails_while_there_is_no_room_and_works_when_there_is() throws Exception {
        try (JdbcStore store = open()) {
            JdbcVolumeRegister register = new JdbcVolumeRegister(store);
            JdbcCatalog catalog = new JdbcCatalog(store);
            Set<VolumeId> given = new HashSet<>();
            given.add(register.nextId("domain", "VOL"));
            Path filler = fill();

            // what fits into pages that are there already may still succeed
            int failures = 0;
            for (int i = 0; i < 500 && failures < 3; i++) {
                try {
                    assertThat(given.add(register.nextId("domain", "VOL"))).isTrue();
                } catch (BackupException e) {
                    assertOutOfSpace(e);
                    failures++;
                }
            }
            assertThat(failures).isPositive();
            assertThatThrownBy(() -> catalog.begin(Samples.about("i-1", "n")))
                    .satisfies(FullDiskTest::assertOutOfSpace);

            Files.delete(filler);
            for (int i = 0; i < 10; i++) {
                assertThat(given.add(register.nextId("domain", "VOL"))).isTrue();
            }
            assertThat(Samples.complete(catalog, "i-1", "n", "/a").id().value()).isEqualTo(1);
        }
    }

    @Test
    @Tag("C2")
    void a_store_that_finds_no_room_at_its_first_opening_opens_later() throws Exception {
        Path filler = fill();

        assertThatThrownBy(() -> open().close()).satisfies(FullDiskTest::assertOutOfSpace);

        Files.delete(filler);
        try (JdbcStore store = open()) {
            assertThat(new JdbcCatalog(store).backups(Catalog.Filter.ALL)).isEmpty();
        }
    }

    @Test
    @Tag("S10")
    void a_transcript_without_room_says_so_and_goes_on_when_there_is() throws Exception {
        FileTranscripts transcripts = new FileTranscripts(mount, Clock.fixed(Samples.NOON, ZoneOffset.UTC));
        JobName job = new JobName("15");
        try (Transcript transcript = transcripts.open(job)) {
            transcript.line("one");
            Path filler = fill();

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            transcript.line("x".repeat(100));
                        }
                    })
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.code()).isEqualTo(JobFault.TRANSCRIPT_OUT_OF_SPACE));

            Files.delete(filler);
            transcript.line("two");
        }
        try (var lines = transcripts.lines(job)) {
            assertThat(lines.toList()).first().asString().endsWith("Z one");
        }
        try (var lines = transcripts.lines(job)) {
            assertThat(lines.toList()).last().asString().isEqualTo("2026-11-21T12:00:00.123Z two");
        }
    }
}
