package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL whose archive is backed up, and that is asked for it. */
class PostgresArchiveIT {
    private static final String SEGMENT = "[0-9A-F]{24}";

    @TempDir
    Path folder;

    private Path archive;
    private OnlineSite site;

    @BeforeEach
    void start() throws Exception {
        archive = Files.createDirectories(folder.resolve("archive"));
        site = OnlineSite.on(
                folder,
                "none",
                "journals:\n  wal: { source: postgresql, folder: " + archive + ", database: orders, settled: 0s }\n");
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        archiveWith("cp \"%p\" " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f");
        server().execute("create table ledger (n int primary key)");
    }

    @AfterEach
    void stop() throws IOException {
        if (site != null) {
            site.close();
        }
    }

    private PostgresServer server() {
        return site.server();
    }

    private void archiveWith(String command) throws Exception {
        server().execute("alter system set archive_command = '" + command + "'");
        server().ask("select pg_reload_conf()");
        Until.holds(
                "the command is in force",
                Site.PATIENT,
                () -> server().ask("select current_setting('archive_command')").equals(command));
    }

    private Said backUp(String... more) {
        return site.run(Stream.concat(Stream.of("journal", "backup", "wal", "--pool", "disk"), Stream.of(more))
                .toArray(String[]::new));
    }

    private List<String> archived() throws IOException {
        return RehearsalPostgresIT.names(archive).stream()
                .filter(name -> name.matches(SEGMENT))
                .toList();
    }

    private void fill() throws Exception {
        server().execute("insert into ledger select coalesce(max(n), 0) + 1 from ledger");
        server().ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> server().ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
    }

    private String transcriptOfTheLastJob() throws IOException {
        var jobs = site.run("lsjob", "--json").ok().json();
        return site.run("catxcr", jobs.get(jobs.size() - 1).path("name").asText())
                .ok()
                .out();
    }

    @Test
    @Tag("J16")
    void a_server_that_archives_nothing_is_no_quiet_success() throws Exception {
        server().execute("alter system set archive_mode = 'off'");
        server().adapter().stop(Site.PATIENT, line -> {});
        server().started();

        assertThat(backUp().ends(1).err())
                .contains(
                        "SBG-X001 journaling of wal is off: database orders archives nothing, its archive_mode is off");
        assertThat(backUp("--sequence", "1,1").ends(1).err()).contains("SBG-X001");
    }

    @Test
    @Tag("J16")
    @Tag("J18")
    void what_was_archived_is_saved_while_the_server_is_away_and_the_job_warns() throws Exception {
        fill();
        assertThat(archived()).isNotEmpty();
        server().adapter().stop(Site.PATIENT, line -> {});
        List<String> left = archived();

        Said said = backUp().ok();

        assertThat(said.err())
                .contains("JNLSERVER, what was archived is backed up, but nobody knows whether that is all");
        assertThat(transcriptOfTheLastJob())
                .contains("WARNING what was archived is backed up")
                .contains("ends as completed-with-warnings");
        assertThat(archived()).isEmpty();
        assertThat(site.run("journal", "list", "wal").ok().out()).contains(left.get(left.size() - 1));
        assertThat(backUp().ok().err()).as("nothing to do is not all is well").contains("JNLSERVER, ");
    }
}
