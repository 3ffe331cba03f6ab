package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real SQLite database that is recovered by its backed-up logs. A table says which rows each state has. */
@Tag("R7")
class SqliteRecoveryIT {
    @TempDir
    Path folder;

    private Path file;
    private Path home;

    private void site() throws Exception {
        file = Files.createDirectories(folder.resolve("data")).resolve("app.db");
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                  other: { folder: other }
                databases:
                  app: { engine: sqlite, file: %s }
                journals:
                  log: { source: sqlite, database: app }
                """.formatted(file));
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private void done(String... command) {
        Said said = run(command);
        if (said.code() != 0) {
            StringBuilder told = new StringBuilder();
            run("lsjob", "--json")
                    .json()
                    .forEach(job -> told.append(
                                    run("catxcr", job.path("name").asText()).out())
                            .append('\n'));
            throw new AssertionError(said + "\n" + told);
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            statement.execute("create table if not exists ledger (n integer primary key)");
        }
        return connection;
    }

    private static void insert(Connection connection, int from, int to) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int n = from; n <= to; n++) {
                statement.execute("insert into ledger values (" + n + ")");
            }
        }
    }

    private String rows() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(
                        "select (select integrity_check from pragma_integrity_check) || ': ' || (select group_concat(n, ' ')"
                                + " from (select n from ledger order by n))")) {
            return answer.getString(1);
        }
    }

    private void pass() {
        done("journal", "backup", "log", "--pool", "disk");
    }

    private void online() {
        done("backup", "app", "--online", "--pool", "disk", "--provider", "none");
    }

    /** The machine died, and its disk has lost a page: the log is what it was, and the file but for its first bytes. */
    private void crash(byte[] main, byte[] log, FileTime changed) throws Exception {
        Files.deleteIfExists(file.resolveSibling("app.db-shm"));
        byte[] damaged = main.clone();
        Arrays.fill(damaged, 0, 100, (byte) 0);
        Files.write(file, damaged);
        Files.setLastModifiedTime(file, changed);
        Files.write(file.resolveSibling("app.db-wal"), log);
    }

    @Test
    @Tag("R8")
    @Tag("J20")
    void a_damaged_database_comes_back_with_what_was_committed_last() throws Exception {
        site();
        byte[] main;
        byte[] log;
        FileTime changed;
        try (Connection application = connect()) {
            insert(application, 1, 3);
            pass();
            online();
            insert(application, 4, 6);
            pass();
            insert(application, 7, 9);
            main = Files.readAllBytes(file);
            changed = Files.getLastModifiedTime(file);
            log = Files.readAllBytes(file.resolveSibling("app.db-wal"));
        }
        crash(main, log, changed);

        // with a warning: what was in the log only is in no backup
        assertThat(run("recover", "app").ends(3).out()).contains("make a full backup now");

        // 7 to 9 were in the log only, which is set aside
        assertThat(rows()).isEqualTo("ok: 1 2 3 4 5 6 7 8 9");
        assertThat(run("incarnation", "list", "app").ok().out()).contains("as far as its journals go");
        try (Stream<Path> beside = Files.list(file.getParent())) {
            assertThat(beside.map(each -> each.getFileName().toString())
                            .filter(each -> !each.contains("saddlebag-before")))
                    .containsExactly("app.db");
        }
    }

    @Test
    @Tag("R7")
    @Tag("J25")
    void a_lost_database_is_not_recovered_without_a_word_to_less_than_it_had() throws Exception {
        site();
        try (Connection application = connect()) {
            insert(application, 1, 3);
            pass();
            online();
            insert(application, 4, 6);
            pass();
            insert(application, 7, 9);
        }
        assertThat(run("recover", "app").ends(1).err()).contains("SBG-V055", "--backed-up-only");
        Files.delete(file);
        assertThat(run("recover", "app").ends(1).err()).contains("SBG-V055", "neither it nor its log is there");

        done("recover", "app", "--backed-up-only");

        assertThat(rows()).isEqualTo("ok: 1 2 3 4 5 6");
    }

    @Test
    @Tag("R9")
    @Tag("R10")
    @Tag("R11")
    void twice_back_and_what_was_left_behind_is_never_applied() throws Exception {
        site();
        try (Connection application = connect()) {
            insert(application, 1, 1);
            pass();
            online();
            insert(application, 11, 11);
            pass();
            insert(application, 12, 12);
            pass();
        }
        done("recover", "app", "--until-sequence", "2", "--backed-up-only");
        assertThat(rows()).isEqualTo("ok: 1 11");

        try (Connection application = connect()) {
            insert(application, 21, 21);
            pass();
            insert(application, 22, 22);
            pass();
        }
        String chain = run("journal", "list", "log").ok().out();
        assertThat(chain).doesNotContain("gap").containsPattern("2 +1 +ready").containsPattern("2 +2 +ready");
        // from the first incarnation's backup through the reset to the end
        done("recover", "app", "--backed-up-only");
        assertThat(rows()).isEqualTo("ok: 1 11 21 22");

        done("recover", "app", "--until-sequence", "1", "--incarnation", "2", "--backed-up-only");
        assertThat(rows()).isEqualTo("ok: 1 11 21");
        done("recover", "app", "--incarnation", "1", "--backed-up-only");
        assertThat(rows()).isEqualTo("ok: 1 11 12");
        assertThat(run("incarnation", "list", "app").ok().out()).contains("orphan");
    }

    @Test
    @Tag("R8")
    @Tag("J25")
    void to_a_time_between_two_passes_and_not_past_a_gap() throws Exception {
        site();
        Instant noon;
        try (Connection application = connect()) {
            insert(application, 1, 1);
            pass();
            online();
            insert(application, 2, 2);
            pass();
            noon = Instant.now();
            insert(application, 3, 3);
            pass();
            insert(application, 4, 4);
            try (Statement statement = application.createStatement()) {
                // merged by the application itself: nobody has its log
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            insert(application, 5, 5);
            run("journal", "backup", "log", "--pool", "disk").ends(1);
            pass();
        }
        String before = rows();

        Said refused = run("recover", "app", "--backed-up-only").ends(1);

        assertThat(refused.err()).contains("SBG-V051", "are lost", "--until-sequence 3");
        assertThat(rows()).isEqualTo(before);
        done("recover", "app", "--until-time", noon.toString(), "--backed-up-only");
        assertThat(rows()).isEqualTo("ok: 1 2");
        assertThat(run("recover", "app", "--dry-run", "--backed-up-only", "--incarnation", "1", "--until-sequence", "3")
                        .ok()
                        .out())
                .contains("restore backup 2", "apply 3 journals");
        assertThat(run("recover", "app", "--until-lsn", "0/1").ends(1).err()).contains("SBG-D011");
    }

    /** As if the clock had been set back an hour before that was written. */
    private void anHourEarlier(String table, String column, String where) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("var/catalog.sqlite"));
                Statement statement = connection.createStatement()) {
            List<String> times = new ArrayList<>();
            try (ResultSet said = statement.executeQuery("select " + column + " from " + table + " where " + where)) {
                while (said.next()) {
                    times.add(said.getString(1));
                }
            }
            assertThat(times).isNotEmpty();
            for (String time : times) {
                statement.execute("update " + table + " set " + column + " = '"
                        + Instant.parse(time).minusSeconds(3600) + "' where " + where + " and " + column + " = '"
                        + time + "'");
            }
        }
    }

    @Test
    @Tag("Q11")
    @Tag("R11")
    void a_clock_that_is_set_back_skips_no_pass_behind_a_backup() throws Exception {
        site();
        try (Connection application = connect()) {
            insert(application, 1, 1);
            pass();
            online();
            insert(application, 2, 2);
            pass();
            insert(application, 3, 3);
            pass();
        }
        anHourEarlier("backup", "taken_at", "id > 2");

        done("recover", "app", "--backed-up-only");

        assertThat(rows()).isEqualTo("ok: 1 2 3");
    }

    @Test
    @Tag("Q11")
    @Tag("R9")
    @Tag("R10")
    void a_clock_that_is_set_back_after_a_recovery_takes_no_backup_for_one_of_before() throws Exception {
        site();
        try (Connection application = connect()) {
            insert(application, 1, 1);
            pass();
            online();
            insert(application, 11, 11);
            pass();
            insert(application, 12, 12);
            pass();
        }
        done("recover", "app", "--until-sequence", "1", "--backed-up-only");
        try (Connection application = connect()) {
            insert(application, 21, 21);
            pass();
            online();
            insert(application, 22, 22);
            pass();
        }
        anHourEarlier("backup", "taken_at", "id > 4");

        Said plan = run("recover", "app", "--backup", "6", "--dry-run", "--backed-up-only")
                .ok();
        assertThat(plan.out()).contains("restore backup 6", "from 2/1");
        done("recover", "app", "--backup", "6", "--backed-up-only");

        assertThat(rows()).isEqualTo("ok: 1 21 22");
        done("recover", "app", "--incarnation", "1", "--backed-up-only");
        assertThat(rows()).isEqualTo("ok: 1 11 12");

        Files.delete(home.resolve("var/catalog.sqlite"));
        done("catalog", "import", "disk");
        assertThat(run("incarnation", "list", "app").ok().out()).contains("as far as its journals go");
    }

    private JsonNode limit() {
        return run("recoverability", "limits", "app", "--json").ok().json().get(0);
    }

    /** With the journals and backups that production makes: no incarnation's branches are made by hand. */
    @Test
    @Tag("C11")
    @Tag("J23")
    @Tag("R11")
    @Tag("R13")
    void limits_after_a_recovery_are_those_that_a_recovery_has() throws Exception {
        site();
        try (Connection application = connect()) {
            insert(application, 1, 1);
            pass();
            online();
            insert(application, 11, 11);
            pass();
            insert(application, 12, 12);
            pass();
        }
        assertThat(limit().path("lastJournal").asText()).isEqualTo("3");
        done("recover", "app", "--until-sequence", "2", "--backed-up-only");
        try (Connection application = connect()) {
            insert(application, 21, 21);
            pass();

            // through the reset, from the first incarnation's backup
            assertThat(limit().path("warnings")).isEmpty();
            assertThat(limit().path("backup").asInt()).isEqualTo(2);
            assertThat(limit().path("lastJournal").asText()).isEqualTo("2/1");

            online();
            insert(application, 22, 22);
            pass();
        }
        assertThat(limit().path("warnings")).isEmpty();
        assertThat(limit().path("backup").asInt()).isEqualTo(6);
        assertThat(limit().path("lastJournal").asText()).isEqualTo("2/2");
        JsonNode intervals = run("recoverability", "show", "app", "--json")
                .ok()
                .json()
                .get(0)
                .path("intervals");
        assertThat(intervals).hasSize(2);
        assertThat(intervals.get(0).path("lastJournal").asText()).isEqualTo("3");
        assertThat(intervals.get(1).path("incarnation").asInt()).isEqualTo(2);
        assertThat(intervals.get(1).path("backups")).hasSize(2);
        assertThat(run("advise", "app", "--problem", "media-failure").ok().out())
                .contains("recover the whole database to now, beginning with backup 6");
    }

    private void damagePool(String name) throws Exception {
        try (Stream<Path> all = Files.walk(home.resolve("pool"))) {
            for (Path each : all.filter(path -> path.getFileName().toString().startsWith(name + "."))
                    .filter(Files::isRegularFile)
                    .toList()) {
                byte[] bytes = Files.readAllBytes(each);
                bytes[bytes.length / 2] ^= 0x55;
                Files.write(each, bytes);
            }
        }
    }

    private String imageOf(int backup) {
        for (JsonNode each : run("lsbu", "--json").ok().json()) {
            if (each.path("id").asInt() == backup) {
                return each.path("imageId").asText();
            }
        }
        throw new AssertionError("no backup " + backup);
    }

    /** Another copy first, then the backup before and more journals; and another copy of the journals. */
    @Test
    @Tag("R5")
    void what_cannot_be_read_is_had_from_elsewhere() throws Exception {
        site();
        try (Connection application = connect()) {
            insert(application, 1, 1);
            pass();
            online();
            insert(application, 2, 2);
            pass();
            online();
            insert(application, 3, 3);
            pass();
        }
        done("pool", "copy", "5", "other");
        damagePool("log-3");
        damagePool(imageOf(4));

        Said said = run("recover", "app", "--backed-up-only").ends(3);

        assertThat(rows()).isEqualTo("ok: 1 2 3");
        String job = said.out().replaceAll("(?s)^.*?job (\\S+) \\(restore.*$", "$1");
        assertThat(said.out() + run("catxcr", job).ok().out())
                .contains("backup 4 can't be read from pool:disk")
                .contains("failover to previous backup")
                .contains("is rolled forward, by more journals, instead of backup 4")
                .contains("journals in backup 5 can't be read")
                .contains("failover to piece handle=pool:other");
    }

    @Test
    @Tag("R7")
    @Tag("J20")
    void from_volumes_of_a_library() throws Exception {
        site();
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault:
                    folder: vault
                    patience: 1s
                    create: { slots: 6, drives: 1, mailSlots: 1, cartridges: 4, capacity: 64MiB }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                """, java.nio.file.StandardOpenOption.APPEND);
        try (Connection application = connect()) {
            insert(application, 1, 1);
            done("journal", "backup", "log", "--library", "vault", "--family", "nightly");
            done("backup", "app", "--online", "--library", "vault", "--family", "nightly", "--provider", "none");
            insert(application, 2, 2);
            done("journal", "backup", "log", "--library", "vault", "--family", "nightly");
            insert(application, 3, 3);
            done("journal", "backup", "log", "--library", "vault", "--family", "nightly");
        }
        Files.delete(file);

        done("recover", "app", "--backed-up-only");

        assertThat(rows()).isEqualTo("ok: 1 2 3");
        done("restore", "app", "--to", folder.resolve("back").toString());
        Path back = folder.resolve("back" + file);
        done("journal", "apply", "log", back.toString(), "--first", "2", "--last", "3");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + back);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select group_concat(n, ' ') from ledger")) {
            assertThat(answer.getString(1)).isEqualTo("1 2 3");
        }
        assertThat(run("lsjob").ok().out()).contains("read journals in backup 3");
    }
}
