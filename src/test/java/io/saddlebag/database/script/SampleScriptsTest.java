package io.saddlebag.database.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.host.Command;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped samples: PostgreSQL's against a real server, the others against stand-ins for their programs. */
@Tag("W4")
class SampleScriptsTest {
    private static final Path SAMPLES = Path.of("scripts/samples").toAbsolutePath();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @Test
    @Tag("W1")
    void postgresql_is_stopped_and_started_by_its_scripts() throws Exception {
        try (PostgresServer server = PostgresServer.initdb(folder.resolve("pg")).started()) {
            ScriptAdapter adapter = scripts(server.settings());
            assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
            server.execute("create table t as select 7 as n");

            adapter.stop(MINUTE, log::add);
            assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
            assertThat(server.adapter().state()).isEqualTo(DatabaseState.STOPPED);
            adapter.start(MINUTE, log::add);

            assertThat(server.ask("select n from t")).isEqualTo("7");
            assertThat(log).contains("server stopped", "server started");
        }
    }

    @Test
    @Tag("W3")
    void postgresqls_scripts_may_be_repeated_and_a_failed_start_shows_the_servers_words() throws Exception {
        try (PostgresServer server = PostgresServer.initdb(folder.resolve("pg"))) {
            Map<String, String> environment = environment(server.settings());
            assertThat(run("postgresql/stop-postgresql.sh", environment)).isZero();
            assertThat(log).last().asString().endsWith("is stopped already");
            assertThat(run("postgresql/status-postgresql.sh", environment)).isEqualTo(3);
            assertThat(run("postgresql/start-postgresql.sh", environment)).isZero();
            assertThat(run("postgresql/start-postgresql.sh", environment)).isZero();
            assertThat(log).last().asString().endsWith("runs already");
            assertThat(run("postgresql/status-postgresql.sh", environment)).isZero();
            assertThat(run("postgresql/stop-postgresql.sh", environment)).isZero();

            Files.writeString(
                    server.settings().dataDirectory().resolve("postgresql.auto.conf"), "shared_buffers = 'plenty'\n");
            assertThat(run("postgresql/start-postgresql.sh", environment)).isEqualTo(1);
            assertThat(log).anyMatch(line -> line.contains("did not start (exit code 1)"));
            assertThat(log).anyMatch(line -> line.contains("invalid value for parameter \"shared_buffers\""));
        }
    }

    @Test
    @Tag("W1")
    void oracle_stops_before_its_listener_and_starts_after_it() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("home/bin"));
        Path state = folder.resolve("state");
        Path calls = folder.resolve("calls");
        standIn(
                bin.resolve("sqlplus"),
                ""
                        + "for script; do :; done\n"
                        + "state=$(cat " + state + ")\n"
                        + "case $script in\n"
                        + "*state.sql) if [ \"$state\" = DOWN ]; then echo 'ORA-01034: ORACLE not available'; exit 1; fi\n"
                        + "  echo \"$state\" ;;\n"
                        + "*stop.sql) echo 'sqlplus stop' >> " + calls + "; echo DOWN > " + state + " ;;\n"
                        + "*start.sql|*open.sql) echo \"sqlplus $(basename $script)\" >> " + calls + "; echo OPEN > "
                        + state
                        + " ;;\nesac\n");
        standIn(
                bin.resolve("lsnrctl"),
                ""
                        + "case $1 in\n"
                        + "status) test -e " + folder.resolve("listening") + " ;;\n"
                        + "start) echo 'lsnrctl start' >> " + calls + "; touch " + folder.resolve("listening") + " ;;\n"
                        + "stop) echo 'lsnrctl stop' >> " + calls + "; rm " + folder.resolve("listening") + " ;;\n"
                        + "esac\n");
        Files.writeString(state, "OPEN\n");
        Files.createFile(folder.resolve("listening"));
        Map<String, String> environment =
                Map.of("ORACLE_HOME", folder.resolve("home").toString());

        assertThat(run("oracle-linux/stop-oracle.sh", environment)).isZero();
        assertThat(run("oracle-linux/stop-oracle.sh", environment)).isZero();
        assertThat(run("oracle-linux/start-oracle.sh", environment)).isZero();
        assertThat(run("oracle-linux/start-oracle.sh", environment)).isZero();
        assertThat(calls).hasContent("sqlplus stop\nlsnrctl stop\nlsnrctl start\nsqlplus start.sql\n");

        Files.writeString(state, "MOUNTED\n");
        assertThat(run("oracle-linux/start-oracle.sh", environment)).isZero();
        assertThat(Files.readAllLines(calls)).last().isEqualTo("sqlplus open.sql");

        standIn(bin.resolve("sqlplus"), "echo 'ORA-12547: TNS:lost contact'; exit 1\n");
        assertThat(run("oracle-linux/stop-oracle.sh", environment)).isNotZero();
    }

    @Test
    @Tag("W1")
    void mariadb_that_had_to_be_killed_is_not_a_clean_stop() throws Exception {
        Path bin = standInSystemctl();
        standIn(bin.resolve("mariadb"), "cat > /dev/null\n");
        Map<String, String> environment = path(bin);

        assertThat(run("mariadb/start-mariadb.sh", environment)).isZero();
        assertThat(run("mariadb/stop-mariadb.sh", environment)).isZero();
        assertThat(run("mariadb/stop-mariadb.sh", environment)).isZero();
        assertThat(log).last().isEqualTo("mariadb is stopped already");

        assertThat(run("mariadb/start-mariadb.sh", environment)).isZero();
        Files.writeString(folder.resolve("result"), "timeout\n");
        assertThat(run("mariadb/stop-mariadb.sh", environment)).isEqualTo(1);
        assertThat(log).last().isEqualTo("mariadb is down, but did not end by itself: timeout");
    }

    @Test
    @Tag("W1")
    void an_sqlite_application_is_stopped_and_its_log_merged() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/sqlite3")), "the program sqlite3 isn't installed");
        Path database = folder.resolve("app.db");
        Map<String, String> environment = new HashMap<>(path(standInSystemctl()));
        environment.put("APP_DATABASE", database.toString());
        assertThat(run("sqlite-application/stop-application.sh", environment)).isNotZero();
        assertThat(database).doesNotExist();

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = wal");
            statement.execute("create table t (n int)");
            assertThat(run("sqlite-application/stop-application.sh", environment))
                    .isZero();
            assertThat(folder.resolve("app.db-wal")).isEmptyFile();
            statement.execute("begin immediate");
            statement.execute("insert into t values (1)");
            assertThat(run("sqlite-application/stop-application.sh", environment))
                    .isNotZero();
            statement.execute("rollback");
        }
        assertThat(run("sqlite-application/start-application.sh", environment)).isZero();
    }

    @Test
    void every_shell_script_is_well_formed_stops_at_errors_and_holds_no_password() throws Exception {
        List<Path> scripts = files(".sh");
        assertThat(scripts).hasSizeGreaterThan(10);
        for (Path script : scripts) {
            String text = Files.readString(script);
            assertThat(new LocalProcesses()
                            .run(Command.of("sh", "-n", script.toString()), log::add)
                            .exitCode())
                    .as("%s: %s", script, log)
                    .isZero();
            if (!script.endsWith("settings.sh")) {
                assertThat(text).as("%s", script).startsWith("#!/bin/sh\n# ").contains("\nset -eu\n");
                assertThat(Files.isExecutable(script)).as("%s", script).isTrue();
            }
            assertThat(text.toLowerCase(java.util.Locale.ROOT))
                    .as("%s", script)
                    .doesNotContainPattern("password *=[^.]");
        }
    }

    @Test
    void windows_scripts_use_sqlplus_and_services_and_end_with_exit_codes() throws Exception {
        String stop = windows("stop-oracle.cmd");
        String start = windows("start-oracle.cmd");

        assertThat(stop)
                .containsSubsequence(
                        "sqlplus -S -L \"/ as sysdba\" @\"%HERE%stop.sql\" < NUL",
                        "net stop %DB_SERVICE%", "net stop %LISTENER_SERVICE%", "exit /b 0");
        assertThat(start)
                .containsSubsequence(
                        "net start %LISTENER_SERVICE%",
                        "net start %DB_SERVICE%",
                        "@\"%HERE%start.sql\" < NUL",
                        "@\"%HERE%state.sql\" < NUL",
                        "exit /b %RESULT%");
        assertThat(windows("stop.sql")).contains("WHENEVER SQLERROR EXIT", "SHUTDOWN IMMEDIATE", "EXIT 0");
        assertThat(windows("start.sql")).contains("STARTUP", "EXIT 0");
        for (Path file : files(".cmd")) {
            long lines =
                    Files.readString(file).chars().filter(each -> each == '\n').count();
            long ended = Files.readString(file).split("\r\n", -1).length - 1L;
            assertThat(ended).as("lines of %s that end as Windows wants", file).isEqualTo(lines);
        }
    }

    private static String windows(String name) throws IOException {
        return Files.readString(SAMPLES.resolve("oracle-windows").resolve(name));
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(SAMPLES)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private int run(String script, Map<String, String> environment) throws Exception {
        return new LocalProcesses()
                .run(Command.of(SAMPLES.resolve(script).toString()).with(environment), log::add)
                .exitCode();
    }

    private Path standInSystemctl() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path up = folder.resolve("up");
        Path result = folder.resolve("result");
        standIn(
                bin.resolve("systemctl"),
                ""
                        + "case $1 in\n"
                        + "start) touch " + up + " ;;\n"
                        + "stop) rm -f " + up + " ;;\n"
                        + "is-active) test -e " + up + " || exit 3 ;;\n"
                        + "show) if [ -e " + result + " ]; then cat " + result + "; else echo success; fi ;;\n"
                        + "esac\n");
        return bin;
    }

    private static Map<String, String> path(Path first) {
        return Map.of("PATH", first + ":" + System.getenv("PATH"));
    }

    private static void standIn(Path program, String lines) throws IOException {
        Files.writeString(program, "#!/bin/sh\n" + lines);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> environment(PostgresqlSettings settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PG_BIN", settings.binDirectory().toString(),
                "PG_DATA", settings.dataDirectory().toString(),
                "PG_LOG", settings.logFile().toString()));
        if (settings.runAs() != null) {
            environment.put("PG_USER", settings.runAs().user());
        }
        return environment;
    }

    private ScriptAdapter scripts(PostgresqlSettings server) throws Exception {
        Map<String, Object> options = new HashMap<>();
        for (String operation : List.of("stop", "start", "status")) {
            List<String> command = new ArrayList<>(List.of("env"));
            environment(server).forEach((name, value) -> command.add(name + "=" + value));
            command.add(SAMPLES.resolve("postgresql/" + operation + "-postgresql.sh")
                    .toString());
            options.put(operation, command);
        }
        ScriptSettings settings = ScriptSettings.read(new DatabaseOptions("orders", options), folder);
        return new ScriptAdapter(
                settings,
                new LocalProcesses(),
                new SystemWaiter(),
                new ScriptLog(settings.logFile(), Clock.systemUTC()));
    }
}
