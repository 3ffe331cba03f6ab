package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that aren't on disk any more are fetched from backups into the configured area. */
class RecoveryAreaIT {
    @TempDir
    Path folder;

    @Test
    @Tag("R7")
    void journals_that_are_in_a_backup_alone_are_fetched_into_the_configured_area_and_removed_after_use()
            throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        Path area = Files.createDirectories(folder.resolve("area"));
        PostgresServer.makeReachable(area.resolve("any"));
        try (OnlineSite site = OnlineSite.on(
                folder,
                "none",
                "    recoveryArea: " + area + "\njournals:\n  wal: { source: postgresql, folder: " + archive
                        + ", settled: 0s }\n")) {
            PostgresServer.ownedByServer(archive);
            PostgresServer.makeReachable(archive.resolve("any"));
            site.server()
                    .execute("alter system set archive_command = 'cp \"%p\" " + archive + "/.%f && mv " + archive
                            + "/.%f " + archive + "/%f'");
            site.server().ask("select pg_reload_conf()");
            site.server().execute("create table ledger (n int primary key)");
            site.done(site.backupCommand());
            site.server().execute("insert into ledger select generate_series(1, 100)");
            site.server().ask("select pg_switch_wal()");
            Until.holds(
                    "all segments are archived",
                    Site.PATIENT,
                    () -> site.server()
                            .ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                            .equals("0"));
            site.done("journal", "backup", "wal", "--pool", "disk");
            assertThat(RehearsalPostgresIT.names(archive)).noneMatch(name -> name.matches("[0-9A-F]{24}"));

            JsonNode job =
                    OnlineSite.only(site.done("recover", "orders", "--json").json());

            assertThat(site.server().ask("select count(*) from ledger")).isEqualTo("100");
            assertThat(site.run("catxcr", job.path("name").asText()).ok().out())
                    .contains("collect ", " journals in " + area);
            assertThat(RehearsalPostgresIT.names(area)).isEmpty();
            assertThat(RehearsalPostgresIT.names(archive)).noneMatch(name -> name.matches("[0-9A-F]{24}"));
        }
    }
}
