package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.journal.JournalGovernor;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.node.Node;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL whose archive is backed up, and that is asked for it. */
class PostgresArchiveIT {
    private static final String COPY = "cp \"%%p\" %s/.%%f.part && mv %s/.%%f.part %s/%%f";
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
                "journals:\n  wal: { source: postgresql, folder: " + archive
                        + ", database: orders, archivedWithin: 4m }\n");
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        // its transactions would be others than those of the tests
        server().execute("alter system set autovacuum = off");
        archiveWith(COPY.formatted(archive, archive, archive));
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
        for (String each : left) {
            // nobody says that it is whole but its age
            Files.setLastModifiedTime(
                    archive.resolve(each), FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
        }

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

    @Test
    @Tag("J3")
    @Tag("J6")
    @Tag("J12")
    void the_current_segment_is_taken_too_with_transactions_in_progress() throws Exception {
        fill();
        try (Connection open = server().connect();
                Statement writing = open.createStatement()) {
            open.setAutoCommit(false);
            writing.execute("insert into ledger values (1000)");
            server().execute("insert into ledger values (2)");
            String current = current();

            backUp("--no-quiet-point").ok();

            assertThat(last().path("name").asText()).isEqualTo(current);
            assertThat(last().path("dependent").asBoolean()).isTrue();
            assertThat(archived()).isEmpty();
            String begun = current();
            assertThat(begun).isGreaterThan(current);
            assertThat(backUp("--no-quiet-point").ok().out())
                    .as("no transaction has ended since, so that no segment is filled for it")
                    .contains("no journal is ready");
            assertThat(current()).isEqualTo(begun);
            open.commit();
        }
        String held = current();
        backUp().ok();
        assertThat(last().path("name").asText()).isEqualTo(held);
        assertThat(last().path("dependent").asBoolean()).isFalse();
        assertThat(backUp().ok().out()).contains("no journal is ready");
        assertThat(states()).isEqualTo("ready");
    }

    @Test
    @Tag("J6")
    void a_quiet_point_waits_for_those_that_had_written_when_it_was_asked_for_and_names_them() throws Exception {
        fill();
        try (Connection open = server().connect();
                Statement writing = open.createStatement();
                Connection later = server().connect();
                Statement writingLater = later.createStatement()) {
            open.setAutoCommit(false);
            later.setAutoCommit(false);
            writing.execute("insert into ledger values (1000)");
            server().execute("insert into ledger values (2)");
            String current = current();

            Said given = backUp("--lock-timeout", "1").ends(1);

            assertThat(given.err())
                    .contains("SBG-X005")
                    .contains("QUIETPTBUSY, held up by session ")
                    .contains("idle in transaction");
            assertThat(current()).as("nothing was switched").isEqualTo(current);
            assertThat(archived()).as("what was archived didn't wait for it").isEmpty();

            CompletableFuture<Said> waiting = CompletableFuture.supplyAsync(this::backUp);
            Until.holds(
                    "it waits",
                    Site.PATIENT,
                    () -> !server().ask("select count(*) from pg_stat_activity where application_name = 'saddlebag'"
                                    + " and query like '%transactionid%' and state = 'idle'")
                            .equals("0"));
            writingLater.execute("insert into ledger values (1001)");
            open.commit();

            waiting.get(Site.PATIENT.toSeconds(), TimeUnit.SECONDS).ok();
            assertThat(last().path("name").asText()).isEqualTo(current);
            assertThat(last().path("dependent").asBoolean()).isFalse();
            later.rollback();
        }
    }

    @Test
    @Tag("J3")
    @Tag("J18")
    void an_archive_that_fails_is_an_error_that_names_it_and_what_came_before_is_saved() throws Exception {
        fill();
        archiveWith("false");
        server().execute("insert into ledger values (1000)");
        String current = current();
        giveItTime("4m", "3s");

        assertThat(backUp().ends(1).err())
                .contains("SBG-X011 segment " + current + " of database orders didn't come to " + archive
                        + " within 3 s: ");
        assertThat(archived()).as("it was backed up and released").isEmpty();
        String begun = current();
        server().execute("insert into ledger values (1001)");
        Until.holds(
                "the archiver has tried",
                Site.PATIENT,
                () -> current.equals(server().ask("select last_failed_wal from pg_stat_archiver")));
        Said again = backUp().ends(1);
        assertThat(again.err())
                .contains("SBG-X011")
                .contains("JNLSERVER, database orders doesn't get its journals into")
                .contains("within 3 s: its archive_command, or library, failed with " + current);
        assertThat(current())
                .as("no further segment is filled for an archive that fails")
                .isEqualTo(begun);

        giveItTime("3s", "4m");
        archiveWith(COPY.formatted(archive, archive, archive));
        fill();
        backUp().ok();
        assertThat(states()).isEqualTo("ready");
        assertThat(site.run("journal", "list", "wal").ok().out())
                .contains(current)
                .contains(begun);
    }

    @Test
    @Tag("J27")
    void segments_that_do_not_come_to_the_archive_are_late_and_not_those_of_an_idle_server() throws Exception {
        fill();
        Duration limit = Duration.ofSeconds(3);
        try (Node node = CommandLineInProcess.node(site.home())) {
            JournalWatch watch = new JournalWatch(
                    node.journals().source("wal"),
                    node.journals().services().chain(),
                    JournalGovernor.NONE,
                    limit,
                    JournalWatch.Passes.ANY);
            backUp("--no-quiet-point").ok();
            long begin = System.nanoTime();
            Until.holds("more than the limit has passed", Site.PATIENT, () -> {
                assertThat(problem(watch)).isEmpty();
                return System.nanoTime() - begin > limit.multipliedBy(2).toNanos();
            });
            archiveWith("false");
            server().execute("insert into ledger values (1000)");
            String closed = current();
            server().ask("select pg_switch_wal()");

            Until.holds("it is late", Site.PATIENT, () -> problem(watch).contains("don't come to the archive"));
            Until.holds(
                    "its failure is told", Site.PATIENT, () -> problem(watch).contains("failed with " + closed));
            assertThat(problem(watch)).contains("the first is " + closed);

            archiveWith(COPY.formatted(archive, archive, archive));
            Until.holds("it comes, and is a backup too late", Site.PATIENT, () -> {
                problem(watch);
                return archived().contains(closed);
            });
            backUp("--no-quiet-point").ok();
            Until.holds("all is well", Site.PATIENT, () -> problem(watch).isEmpty());
        }
    }

    private static String problem(JournalWatch watch) {
        watch.look(System.nanoTime());
        return watch.problem(System.nanoTime());
    }

    @Test
    @Tag("J3")
    @Tag("R12")
    void what_was_committed_before_a_pass_is_recovered_without_any_switch_by_hand() throws Exception {
        site.done(site.backupCommand());
        server().execute("insert into ledger select generate_series(1, 100)");
        backUp().ok();
        server().execute("insert into ledger values (101)");
        Said said = backUp("--compression", "zstd").ok();
        assertThat(said.err()).contains("QUIETPT, waiting for database quiet point");

        site.done("recover", "orders", "--backed-up-only", "--json");

        assertThat(server().ask("select count(*) from ledger")).isEqualTo("101");
        server().execute("insert into ledger values (102)");
        String timeline = current().substring(0, 8);
        backUp().ok();
        assertThat(timeline).isEqualTo("00000002");
        assertThat(last().path("incarnation").asLong()).isEqualTo(2);
        assertThat(states()).isEqualTo("ready");
    }

    private void giveItTime(String before, String now) throws IOException {
        Path config = site.home().resolve("config/saddlebag.yaml");
        Files.writeString(
                config, Files.readString(config).replace("archivedWithin: " + before, "archivedWithin: " + now));
    }

    private String current() throws Exception {
        return server().ask("select pg_walfile_name(pg_current_wal_insert_lsn())");
    }

    private JsonNode last() {
        JsonNode all = site.run("journal", "list", "wal", "--json").ok().json();
        return all.get(all.size() - 1);
    }

    private String states() {
        Set<String> found = new TreeSet<>();
        site.run("journal", "list", "wal", "--json")
                .ok()
                .json()
                .forEach(each -> found.add(each.path("state").asText()));
        return String.join(", ", found);
    }
}
