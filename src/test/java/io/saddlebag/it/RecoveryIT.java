package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL that is recovered by its backed-up journals. A table says which rows each state has. */
class RecoveryIT {
    @TempDir
    Path folder;

    private Path archive;

    private OnlineSite site() throws Exception {
        return site("none");
    }

    private OnlineSite site(String provider) throws Exception {
        archive = Files.createDirectories(folder.resolve("archive"));
        String more = "pools:\n  disk: { folder: pool }\njournals:\n  wal: { source: postgresql, folder: " + archive
                + ", settled: 0s }\n";
        OnlineSite site = OnlineSite.on(folder, provider, more.substring(more.indexOf("journals")));
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        site.server()
                .execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                        + "/.%f.part && sync " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive
                        + "/%f'");
        site.server().ask("select pg_reload_conf()");
        site.server().execute("create table ledger (n int primary key)");
        return site;
    }

    private static void insert(OnlineSite site, int from, int to) throws Exception {
        site.server().execute("insert into ledger select generate_series(" + from + ", " + to + ")");
    }

    private static String rows(OnlineSite site) throws Exception {
        return site.server().ask("select coalesce(string_agg(n::text, ' ' order by n), '') from ledger");
    }

    private static String position(OnlineSite site) throws Exception {
        return site.server().ask("select pg_current_wal_insert_lsn()");
    }

    /** All that was written is archived and backed up. */
    private static void saved(OnlineSite site) throws Exception {
        archived(site);
        site.done("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd");
    }

    private static void archived(OnlineSite site) throws Exception {
        site.server().ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> site.server()
                        .ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
    }

    /** The server dies, and all of its files are gone. */
    static void destroy(OnlineSite site) throws Exception {
        Path data = site.server().settings().dataDirectory();
        site.server().kill();
        Until.holds("no process works there", Site.PATIENT, () -> RehearsalPostgresIT.postmastersBelow(data) == 0);
        remove(data);
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static String timeline(OnlineSite site) throws Exception {
        return site.server().ask("select left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)");
    }

    /** Names of what a recovery leaves beside the data directory, but for what was there before. */
    private static List<String> beside(OnlineSite site) throws IOException {
        return RehearsalPostgresIT.names(
                        site.server().settings().dataDirectory().getParent())
                .stream()
                .filter(name -> !name.contains("saddlebag-before"))
                .toList();
    }

    @Test
    @Tag("J20")
    @Tag("R7")
    @Tag("R12")
    void a_destroyed_server_is_recovered_to_the_last_commit_that_was_saved() throws Exception {
        try (OnlineSite site = site()) {
            insert(site, 1, 3);
            site.done(site.backupCommand());
            insert(site, 4, 6);
            saved(site);
            insert(site, 7, 7);
            archived(site);
            destroy(site);

            JsonNode job =
                    OnlineSite.only(site.done("recover", "orders", "--json").json());

            // 7 was archived and not backed up yet: it is taken from the archive
            assertThat(rows(site)).isEqualTo("1 2 3 4 5 6 7");
            assertThat(job.path("figures").path("incarnation").asText()).isEqualTo("2");
            assertThat(timeline(site)).isEqualTo("00000002");
            assertThat(beside(site)).containsExactly("data");
            assertThat(site.run("incarnation", "list", "orders").ok().out()).contains("no recovery target specified");
            assertThat(site.server().settings().dataDirectory().resolve("recovery.signal"))
                    .doesNotExist();
            assertThat(site.server()
                            .ask("select setting from pg_file_settings where name like 'recovery_target%'"
                                    + " union all select 'none' limit 1"))
                    .isEqualTo("none");
        }
    }

    /** The pool is all that is left: no pass can be made, and none is needed for the chain to be filled from the images. */
    @Test
    @Tag("R12")
    @Tag("R11")
    @Tag("J13")
    void with_the_catalog_and_the_archive_lost_the_last_row_that_was_saved_comes_back() throws Exception {
        try (OnlineSite site = site("btrfs")) {
            insert(site, 1, 3);
            site.done(site.backupCommand());
            insert(site, 4, 6);
            saved(site);
            site.done("recover", "orders");
            insert(site, 7, 7);
            saved(site);
            destroy(site);
            remove(archive);
            for (String lost : RehearsalPostgresIT.names(site.home().resolve("var"))) {
                if (lost.startsWith("catalog.sqlite")) {
                    Files.delete(site.home().resolve("var").resolve(lost));
                }
            }

            site.done("catalog", "import", "disk");
            site.done("recover", "orders", "--backed-up-only");

            assertThat(rows(site)).isEqualTo("1 2 3 4 5 6 7");
            assertThat(timeline(site)).isEqualTo("00000003");
        }
    }

    /** Two switches: at each an older state is gone back to, as in the guide's figure. */
    @Test
    @Tag("R12")
    @Tag("R9")
    @Tag("R10")
    @Tag("R11")
    @Tag("R8")
    void with_two_timeline_switches_a_point_of_each_of_the_three_lines_is_recovered() throws Exception {
        try (OnlineSite site = site()) {
            insert(site, 1, 1);
            site.done(site.backupCommand());
            insert(site, 11, 11);
            String fork = position(site);
            insert(site, 12, 12);
            String onFirst = position(site);
            insert(site, 13, 13);
            saved(site);

            site.done("recover", "orders", "--until-lsn", fork);
            assertThat(rows(site)).isEqualTo("1 11");
            assertThat(timeline(site)).isEqualTo("00000002");
            insert(site, 21, 21);
            String second = position(site);
            insert(site, 22, 22);
            String onSecond = position(site);
            insert(site, 23, 23);
            saved(site);

            site.done("recover", "orders", "--until-lsn", second);
            assertThat(rows(site)).isEqualTo("1 11 21");
            assertThat(timeline(site)).isEqualTo("00000003");
            insert(site, 31, 31);
            String onThird = position(site);
            insert(site, 32, 32);
            saved(site);

            // places before the third line's begin belong to several
            assertThat(site.run("recover", "orders", "--until-lsn", onFirst)
                            .ends(1)
                            .err())
                    .containsAnyOf("SBG-V041", "SBG-V042");

            site.done("recover", "orders", "--until-lsn", onFirst, "--incarnation", "1");
            assertThat(rows(site)).isEqualTo("1 11 12");
            assertThat(timeline(site)).isEqualTo("00000004");

            site.done("recover", "orders", "--until-lsn", onSecond, "--incarnation", "2");
            assertThat(rows(site)).isEqualTo("1 11 21 22");
            assertThat(timeline(site)).isEqualTo("00000005");

            site.done("incarnation", "reset", "orders", "3");
            site.done("recover", "orders", "--until-lsn", onThird);
            assertThat(rows(site)).isEqualTo("1 11 21 31");
            assertThat(timeline(site)).isEqualTo("00000006");

            // from the first line's backup through both switches to the end (R11)
            site.done("recover", "orders", "--incarnation", "3");
            assertThat(rows(site)).isEqualTo("1 11 21 31 32");
            assertThat(site.run("lsbu", "orders", "--json").ok().json()).hasSize(1);
        }
    }

    /** A mistake is gone back before, and the server is lost when nothing that it wrote since has left it. */
    @Test
    @Tag("R9")
    @Tag("R10")
    void what_is_behind_the_fork_stays_an_orphan_when_nothing_of_the_new_line_was_saved() throws Exception {
        try (OnlineSite site = site()) {
            site.done(site.backupCommand());
            insert(site, 1, 1);
            String fork = position(site);
            insert(site, 2, 2);
            String mistake = position(site);
            saved(site);
            site.done("recover", "orders", "--until-lsn", fork);
            assertThat(rows(site)).isEqualTo("1");
            destroy(site);

            assertThat(site.run("recover", "orders", "--until-lsn", mistake, "--incarnation", "2")
                            .ends(1)
                            .err())
                    .contains("SBG-V052", "is behind what there is of incarnation 2");

            site.done("recover", "orders");

            assertThat(rows(site)).isEqualTo("1");
            assertThat(timeline(site)).isEqualTo("00000003");
        }
    }

    @Test
    @Tag("R8")
    void to_a_time_a_restore_point_and_before_a_transaction() throws Exception {
        try (OnlineSite site = site()) {
            site.done(site.backupCommand());
            String begun = site.server()
                    .ask("select to_char(clock_timestamp() at time zone 'UTC',"
                            + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
            insert(site, 1, 1);
            String time = site.server()
                    .ask("select to_char(clock_timestamp() at time zone 'UTC',"
                            + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
            insert(site, 2, 2);
            site.server().ask("select pg_create_restore_point('before lunch')");
            String transaction = site.server()
                    .ask(
                            "with done as (insert into ledger values (3) returning n) select pg_current_xact_id() from done");
            insert(site, 4, 4);
            saved(site);

            site.done("recover", "orders", "--until-time", time);
            assertThat(rows(site)).isEqualTo("1");
            assertThat(site.run("recover", "orders", "--restore-point", "before lunch")
                            .ends(1)
                            .err())
                    .contains("SBG-V053", "--as-of");
            site.done("recover", "orders", "--restore-point", "before lunch", "--backup", "1", "--incarnation", "1");
            assertThat(rows(site)).isEqualTo("1 2");
            site.done("recover", "orders", "--before-transaction", transaction, "--as-of", begun, "--incarnation", "1");
            assertThat(rows(site)).isEqualTo("1 2");
            Said plan = site.run("recover", "orders", "--incarnation", "1", "--dry-run")
                    .ok();
            assertThat(plan.out()).contains("restore backup 1", "apply ", "from 000000010000000000000");
        }
    }

    @Test
    @Tag("J25")
    @Tag("R7")
    void a_lost_journal_is_not_the_end() throws Exception {
        try (OnlineSite site = site()) {
            site.done(site.backupCommand());
            insert(site, 1, 1);
            saved(site);
            insert(site, 2, 2);
            archived(site);
            try (Stream<Path> all = Files.list(archive)) {
                for (Path each : all.toList()) {
                    Files.delete(each);
                }
            }
            insert(site, 3, 3);
            archived(site);
            site.run("journal", "backup", "wal", "--pool", "disk").ends(1);
            saved(site);
            String late = site.server()
                    .ask("select to_char(clock_timestamp() at time zone 'UTC',"
                            + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");

            Said refused = site.run("recover", "orders").ends(1);
            assertThat(refused.err()).contains("SBG-V051", "are lost", "--until-sequence 3");
            assertThat(rows(site)).isEqualTo("1 2 3");

            // by a time it isn't known beforehand: the server itself stops there and doesn't open
            Said stopped = site.run("recover", "orders", "--until-time", late).ends(1);
            // which of the two it is depends on when the server ends
            assertThat(stopped.out()).containsAnyOf("is lost", "SBG-D002");
            assertThat(site.server().adapter().state().name()).isEqualTo("STOPPED");

            site.done("recover", "orders", "--until-sequence", "3");
            assertThat(rows(site)).isEqualTo("1");

            // what the restore that stopped still owed is settled by the next command, and does no harm to what came
            // after
            saved(site);
            assertThat(rows(site)).isEqualTo("1");
            assertThat(site.server().adapter().state().name()).isEqualTo("OPEN");
        }
    }

    @Test
    @Tag("R5")
    @Tag("R12")
    void a_backup_whose_files_are_gone_is_gone_around_by_the_one_before_and_more_journals() throws Exception {
        try (OnlineSite site = site()) {
            insert(site, 1, 1);
            site.done(site.backupCommand());
            insert(site, 2, 2);
            saved(site);
            site.done(site.backupCommand());
            insert(site, 3, 3);
            saved(site);
            String image = "";
            for (JsonNode each : site.run("lsbu", "orders", "--json").ok().json()) {
                image = each.path("imageId").asText();
            }
            String gone = image;
            try (Stream<Path> all = Files.walk(site.home().resolve("pool"))) {
                for (Path each : all.filter(
                                path -> path.getFileName().toString().startsWith(gone + "."))
                        .toList()) {
                    Files.delete(each);
                }
            }
            destroy(site);

            Said said = site.run("recover", "orders").ends(3);

            assertThat(rows(site)).isEqualTo("1 2 3");
            assertThat(said.out()).contains("is rolled forward, by more journals, instead of backup 3");
            String job = said.out().replaceAll("(?s)^.*?job (\\S+) \\(restore.*$", "$1");
            assertThat(site.run("catxcr", job).ok().out()).contains("failover to previous backup");
        }
    }
}
