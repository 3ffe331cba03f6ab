package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Online backups of an SQLite database whose application, this process, writes all the time and checkpoints as it likes. */
class OnlineSqliteIT {
    private static final int ROWS = 60_000;

    @TempDir
    Path folder;

    private @Nullable LoopFileSystem ground;
    private Path home;
    private Path file;

    @BeforeEach
    void prepare() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control"));
        ground = root
                ? LoopFileSystem.create(
                        new LinuxPosix(),
                        folder.resolve("ground.img"),
                        LoopFileSystem.Kind.BTRFS,
                        ByteCount.mebibytes(512))
                : null;
        Path data = Files.createDirectories((ground == null ? folder : ground.path()).resolve("application"));
        file = data.resolve("ledger.db");
        home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  ledger: { engine: sqlite, file: %s, backupModeLease: 4s }
                """.formatted(file));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("create table churn (id integer primary key, told text)");
            statement.execute(
                    "insert into churn with recursive n(i) as (select 1 union all select i + 1 from n where i < " + ROWS
                            + ") select i, hex(randomblob(200)) from n");
            statement.execute("create table ledger (n integer primary key, told text)");
        }
    }

    @AfterEach
    void unmount() throws IOException {
        if (ground != null) {
            ground.close();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "btrfs", "reflink"})
    @Tag("W6")
    @Tag("W13")
    void a_copy_is_the_database_as_it_was_when_it_was_pinned(String provider) throws Exception {
        Assumptions.assumeTrue(ground != null || provider.equals("none"), "needs root and loop devices");
        JsonNode job;
        Application application = new Application();
        try (application) {
            application.awaitRows(50);
            Path log = folder.resolve("backup.log");
            Process backup = program(log, provider);
            assertThat(backup.waitFor()).as(Files.readString(log)).isZero();
            job = OnlineSite.only(new ObjectMapper().readTree(Files.readString(log)));
            application.awaitRows(50);
        }
        assertThat(pins()).isEmpty();
        assertThat(job.path("figures").path("outcome").asText()).isEqualTo("DATABASE_FULL");
        assertThat(job.path("figures").path("freeze-ms").asText()).isEqualTo("0");

        run("restore", "ledger", "--database", "ledger").ok();

        long most = application.restored();
        assertThat(most).isGreaterThanOrEqualTo(application.acknowledgedBy(OnlineSite.time(job, "begin", "started")));
        assertThat(most).isLessThanOrEqualTo(application.sentBy(OnlineSite.time(job, "begin", "ended")));
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void a_killed_backup_leaves_nobody_who_holds_the_file() throws Exception {
        try (Application application = new Application()) {
            Path log = folder.resolve("backup.log");
            Process backup = program(log, "none");
            Until.holds("the file is pinned", Site.PATIENT, () -> !pins().isEmpty());
            backup.destroyForcibly().waitFor();
            Until.holds("nobody pins the file", Site.PATIENT, () -> pins().isEmpty());
            application.awaitRows(50);
        }
        run("backup", "ledger", "--online", "--pool", "disk", "--provider", "none")
                .ok();
    }

    @Test
    @Tag("W20")
    void the_guard_ends_the_pin_of_a_backup_that_hangs() throws Exception {
        try (Application application = new Application()) {
            Path log = folder.resolve("backup.log");
            Process backup = program(log, "none");
            OnlineSite.awaitStep(home, "write image");
            signal(backup, "STOP");
            try {
                Until.holds("nobody pins the file", Site.PATIENT, () -> pins().isEmpty());
            } finally {
                signal(backup, "CONT");
            }
            assertThat(backup.waitFor()).as(Files.readString(log)).isEqualTo(1);
            application.awaitRows(50);
        }
        assertThat(run("lsbu", "--json").ok().json()).isEmpty();
    }

    @Test
    @Tag("W8")
    void without_a_write_ahead_log_it_is_refused_with_the_command_that_turns_it_on() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = DELETE");
        }

        Said refused = run("backup", "ledger", "--online", "--pool", "disk", "--provider", "none")
                .ends(1);

        assertThat(refused.out()).contains("SBG-D007").contains("PRAGMA journal_mode = WAL;");
    }

    @Test
    @Tag("W6")
    @Tag("W17")
    @Tag("E4")
    void the_shipped_route_of_an_application_backs_its_database_up() throws Exception {
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "  sessions: { engine: sqlite, file: " + file + " }\n",
                StandardOpenOption.APPEND);
        Path asked = Files.createDirectories(home.resolve("asked"));
        Path routes = Files.createDirectories(home.resolve("routes"));
        Files.createDirectories(routes.resolve("templates"));
        for (String shipped : List.of("errors.yaml", "templates/online-backup-to-pool.yaml")) {
            Files.copy(Path.of("routes", shipped), routes.resolve(shipped));
        }
        Files.writeString(
                routes.resolve("backup-sessions.yaml"),
                Files.readString(Path.of("routes/backup-sessions.yaml"))
                        .replaceFirst(
                                "\\{\\{saddlebag.sessions-nightly:[^\"]*",
                                "file:" + asked + "?delete=true&readLock=changed&readLockMinAge=2s"));
        try (Application application = new Application()) {
            application.awaitRows(50);
            Process service = OnlineSite.program(home, folder.resolve("run.log"), "run");
            try {
                Files.writeString(asked.resolve("please"), "now");
                Until.holds(
                        "a backup",
                        Site.PATIENT.multipliedBy(2),
                        () -> run("lsbu", "sessions", "--json").json().size() == 1);
            } catch (AssertionError e) {
                throw new AssertionError(Files.readString(folder.resolve("run.log")), e);
            } finally {
                service.destroy();
                service.waitFor();
            }
        }
        long written = application("select count(*) from ledger");

        run("restore", "sessions", "--database", "sessions").ok();

        assertThat(application("select count(*) from ledger")).isBetween(50L, written);
        assertThat(application("select count(*) from churn")).isEqualTo(ROWS);
    }

    private long application(String question) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            return answer.getLong(1);
        }
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private Process program(Path log, String provider) throws IOException {
        return OnlineSite.program(
                home, log, "backup", "ledger", "--online", "--pool", "disk", "--provider", provider, "--json");
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Processes that pin the file. */
    private List<Long> pins() throws IOException {
        List<Long> found = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            try {
                String line = Files.readString(
                        Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
                if (line.contains("SqlitePin") && line.contains(file.toString())) {
                    found.add(process.pid());
                }
            } catch (IOException gone) {
                // ended while it was looked at
            }
        }
        return found;
    }

    /** Writes rows 1, 2, 3, ... each in a transaction of its own, and changes others. */
    private final class Application implements AutoCloseable {
        private final List<Instant> sent = Collections.synchronizedList(new ArrayList<>());
        private final List<Instant> acknowledged = Collections.synchronizedList(new ArrayList<>());
        private final Thread thread = new Thread(this::write, "application");
        private volatile boolean ended;
        private volatile @Nullable SQLException failure;

        Application() {
            thread.start();
        }

        private void write() {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                for (int n = 1; !ended; n++) {
                    sent.add(Instant.now());
                    statement.execute("BEGIN IMMEDIATE");
                    statement.execute("insert into ledger values (" + n + ", 'row " + n + "')");
                    statement.execute("update churn set told = hex(randomblob(200)) where id % 997 = " + n % 997);
                    statement.execute("COMMIT");
                    acknowledged.add(Instant.now());
                }
            } catch (SQLException e) {
                failure = e;
            }
        }

        void awaitRows(int more) throws Exception {
            int from = acknowledged.size();
            Until.holds("the application writes", Site.PATIENT, () -> {
                SQLException failed = failure;
                if (failed != null) {
                    throw failed;
                }
                return acknowledged.size() >= from + more;
            });
        }

        long acknowledgedBy(Instant instant) {
            return acknowledged.stream().filter(each -> !each.isAfter(instant)).count();
        }

        long sentBy(Instant instant) {
            return sent.stream().filter(each -> !each.isAfter(instant)).count();
        }

        /** The rows that are there, 1 to this number. */
        long restored() throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery("select count(*), max(n) from ledger")) {
                assertThat(answer.getLong(1)).isEqualTo(answer.getLong(2));
                return answer.getLong(1);
            }
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join(Site.PATIENT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat((Object) failure).isNull();
        }
    }
}
