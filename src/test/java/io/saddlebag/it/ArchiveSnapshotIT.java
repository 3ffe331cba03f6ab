package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that covers nothing of a real PostgreSQL but the folder that it archives its journals to. */
class ArchiveSnapshotIT {
    private static final int CLIENTS = 2;

    @TempDir
    Path folder;

    @Test
    @Tag("W9")
    void the_archive_alone_is_a_backup_of_files_that_says_so() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "btrfs")) {
            Path archive = archiving(site);
            Ledger.prepare(site.server(), 200);
            try (Ledger ledger = Ledger.start(site.server(), CLIENTS, 1)) {
                ledger.awaitRows(20);
                site.server().execute("select pg_switch_wal()");
                Until.holds(
                        "a journal is archived",
                        Site.PATIENT,
                        () -> !journals(archive).isEmpty());
                Path routes = Files.createDirectories(site.home().resolve("routes"));
                Files.copy(Path.of("routes/errors.yaml"), routes.resolve("errors.yaml"));
                Files.writeString(routes.resolve("backup-archive.yaml"), route(archive));
                JsonNode backup = ranOnce(site);

                assertThat(backup.path("outcome").asText()).isEqualTo("recovery-area");
                assertThat(backup.path("database").asText(""))
                        .as("no restore of a database")
                        .isEmpty();
                site.requireNotInBackupMode();
                ledger.awaitRows(5);
                ledger.stop();
            }
            restored(site, archive);
        }
    }

    /** Its recovery area is a folder beside its data. */
    private static Path archiving(OnlineSite site) throws Exception {
        Path archive = Files.createDirectory(
                site.server().settings().dataDirectory().getParent().resolveSibling("archive"));
        PostgresServer.makeReachable(archive);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxrwxrwx"));
        site.server()
                .execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp %p " + archive
                        + "/%f'");
        site.server().execute("select pg_reload_conf()");
        Files.writeString(
                site.home().resolve("config/saddlebag.yaml"),
                "    archive: " + archive + "\n",
                StandardOpenOption.APPEND);
        return archive;
    }

    private static String route(Path archive) {
        return """
                - route:
                    id: backup-archive
                    description: Online backup whose snapshot is of the archive only
                    from:
                      uri: timer:once
                      parameters: { repeatCount: "1" }
                      steps:
                        - to: { uri: "job:begin", parameters: { task: backup archive } }
                        - to: { uri: "database:orders", parameters: { operation: begin-backup } }
                        - to: { uri: "snapshot:create", parameters: { provider: btrfs, paths: "%s" } }
                        - to: { uri: "database:orders", parameters: { operation: end-backup } }
                        - to: { uri: "backup:archive" }
                        - to: { uri: "pool:disk", parameters: { family: nightly } }
                        - to: { uri: "snapshot:release" }
                        - to: { uri: "job:end" }
                """.formatted(archive);
    }

    private JsonNode ranOnce(OnlineSite site) throws Exception {
        Path log = folder.resolve("run.log");
        Process service = site.program(log, "run");
        try {
            Until.holds("a backup", Site.PATIENT, () -> complete(site).size() == 1);
        } catch (AssertionError e) {
            throw new AssertionError(Files.readString(log), e);
        } finally {
            service.destroy();
            service.waitFor();
        }
        return complete(site).get(0);
    }

    private static JsonNode complete(OnlineSite site) {
        return site.run("lsbu", "archive", "--json").ok().json();
    }

    private void restored(OnlineSite site, Path archive) throws Exception {
        Path elsewhere = folder.resolve("elsewhere");
        site.done("restore", "archive", "--to", elsewhere.toString());
        List<Path> copies = journals(elsewhere);
        assertThat(copies).isNotEmpty();
        for (Path copy : copies) {
            assertThat(copy).hasSameBinaryContentAs(archive.resolve(copy.getFileName()));
        }
    }

    private static List<Path> journals(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(each -> each.getFileName().toString().matches("[0-9A-F]{24}"))
                    .toList();
        }
    }
}
