package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.Root;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshot providers as operators meet them. */
@Timeout(300)
class SnapshotCommandsTest {
    @TempDir
    Path home;

    private void configure(String more, Object... paths) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault: { folder: vault, create: { slots: 3, drives: 1, mailSlots: 1, cartridges: 2, capacity: 8MiB } }
                databases:
                  ledger: { engine: script, paths: [%s, %s], start: ["true"], stop: ["true"] }
                """.formatted(paths) + more);
    }

    private Said run(String... arguments) {
        return CommandLineInProcess.run(home, arguments);
    }

    @Test
    @Tag("W11")
    @Tag("W10")
    void doctor_says_of_each_provider_what_it_can_do_here_and_why_not() throws IOException {
        Files.createDirectories(home.resolve("ledger"));
        Files.createDirectories(home.resolve("journal"));
        configure("", home.resolve("ledger"), home.resolve("journal"));

        assertThat(run("doctor").out())
                .contains("snapshots of " + home.resolve("var"))
                .contains("zfs: no, " + home.resolve("var") + " is not in a ZFS dataset but on ")
                .contains("lvm: no, ")
                .contains("vss: no, this is not Windows")
                .contains("none: yes, ");
    }

    @Test
    @Tag("W11")
    void room_of_snapshots_is_configured_and_a_wrong_one_is_refused_with_its_place() throws IOException {
        Files.createDirectories(home.resolve("ledger"));
        configure(
                "snapshots: { reserve: 2%, lvm: { room: 25% }, freeze: { copy: 64MiB },"
                        + " vss: { writers: [Oracle VSS Writer - ORCL] } }\n",
                home, home);
        assertThat(run("doctor").out()).contains("can be read");

        configure("snapshots:\n  lvm:\n    room: plenty\n", home, home);
        assertThat(run("doctor").out())
                .contains("saddlebag.yaml:6:3: snapshots.lvm: 'plenty' is no room of a snapshot; valid are 1% to 100%");

        configure("snapshots:\n  freeze:\n    copy: little\n", home, home);
        assertThat(run("doctor").out()).contains("saddlebag.yaml:6:3: snapshots.freeze: 'little' is not a size");

        configure("snapshots:\n  reserve: plenty\n", home, home);
        assertThat(run("doctor").out())
                .contains("'plenty' is no reserve of snapshots; valid are 0% to 99%", "saddlebag.yaml:5:");
    }

    @Test
    @Tag("W5")
    void a_database_on_two_file_systems_that_no_provider_takes_alone_is_one_set() throws IOException {
        Posix posix = Root.posix();
        try (var btrfs = LoopFileSystem.create(posix, home.resolve("btrfs"), Kind.BTRFS, ByteCount.ZERO);
                var xfs = LoopFileSystem.create(posix, home.resolve("xfs"), Kind.XFS, ByteCount.ZERO)) {
            Path data = btrfs.path().resolve("data");
            posix.createSubvolume(data);
            Files.writeString(data.resolve("table"), "rows");
            Path area = Files.createDirectory(xfs.path().resolve("area"));
            Files.writeString(area.resolve("log"), "redo");
            configure("", data, area);

            run("backup", "ledger", "--library", "vault", "--provider", "set", "--format", "new_tape")
                    .ok();
            assertThat(run("lsbu").ok().out()).contains("ledger", "complete");
            assertThat(run("lsjob", "--json").ok().out()).contains("\"set\"");
            assertThat(btrfs.path().toFile().list()).containsExactly("data");
            assertThat(xfs.path().toFile().list()).containsExactly("area");
        }
    }

    @Test
    @Tag("W11")
    @Tag("W7")
    void a_small_database_on_a_plain_file_system_is_copied_while_it_is_frozen_when_that_is_allowed() throws Exception {
        Posix posix = Root.posix();
        // ext4 in ext4: whatever this folder is on, the layer below can't be cloned
        try (var below = LoopFileSystem.create(posix, home.resolve("below"), Kind.EXT4, ByteCount.ZERO);
                var ext4 = LoopFileSystem.create(posix, below.path().resolve("disk"), Kind.EXT4, ByteCount.ZERO)) {
            Path data = Files.createDirectory(ext4.path().resolve("data"));
            Files.writeString(data.resolve("table"), "rows");
            Path log = Files.createDirectory(ext4.path().resolve("log"));
            configure("", data, log);
            assertThat(run("doctor").out())
                    .contains("freeze: the file system at " + below.path())
                    .contains("'snapshots: freeze: copy'");
            assertThat(run("backup", "ledger", "--library", "vault", "--provider", "freeze", "--format", "new_tape")
                            .out())
                    .contains("SBG-S001");

            Path book = data.resolve("book.db");
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + book);
                    Statement statement = connection.createStatement()) {
                statement.execute("create table entries (n integer primary key)");
            }
            configure(
                    "  book: { engine: sqlite, file: " + book + " }\nsnapshots: { freeze: { copy: 1MiB } }\n",
                    data,
                    log);
            assertThat(run("doctor").out()).contains("provider freeze, copy of ");
            run("backup", "ledger", "--library", "vault", "--provider", "freeze", "--format", "new_tape")
                    .ok();
            assertThat(run("lsbu").ok().out()).contains("ledger", "complete");
            Said online = run(
                    "backup",
                    "book",
                    "--crash-consistent",
                    "--library",
                    "vault",
                    "--provider",
                    "freeze",
                    "--format",
                    "new_tape");
            online.ok();
            assertThat(run("lsbu").ok().out()).contains("book", "crash-consistent");
            assertThat(run("lsjob", "--json").ok().out()).contains("\"freeze\"", "\"freeze-ms\"");
            assertThat(home.resolve("var/views")).isEmptyDirectory();
            assertThat(posix.thaw(ext4.path())).isFalse();
        }
    }
}
