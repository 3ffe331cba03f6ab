package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.RestorableObject;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server. */
class PostgresqlAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private PostgresServer server;
    private PostgresqlAdapter adapter;

    @BeforeEach
    void make() throws Exception {
        server = PostgresServer.initdb(folder.resolve("orders"));
        adapter = server.adapter();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    @Test
    @Tag("J24")
    void unlogged_tables_are_told_since_no_journal_has_them() throws Exception {
        assertThat(adapter.unprotected()).isEmpty();
        adapter.start(MINUTE, log::add);
        server.execute("create table logged (n int)");
        assertThat(adapter.unprotected()).isEmpty();
        server.execute("create unlogged table scratch (n int)");
        assertThat(adapter.unprotected()).singleElement().asString().contains("by a recovery: scratch; transactions");
    }

    @Test
    @Tag("R1")
    void its_parts_are_found_while_it_is_down() throws Exception {
        Path data = server.settings().dataDirectory();

        List<RestorableObject> objects = adapter.objects();

        assertThat(RestorableObject.named("control-file", objects))
                .extracting(RestorableObject::path)
                .containsExactly(data.resolve("global/pg_control"));
        assertThat(RestorableObject.named("journals", objects))
                .extracting(RestorableObject::path)
                .containsExactly(data.resolve("pg_wal"));
        assertThat(RestorableObject.named("data-files", objects))
                .extracting(RestorableObject::path)
                .containsExactly(data);
        assertThat(RestorableObject.named("parameter-file", objects))
                .extracting(RestorableObject::path)
                .contains(data.resolve("postgresql.conf"), data.resolve("pg_hba.conf"));
        assertThat(objects).allSatisfy(each -> assertThat(each.path()).exists());
    }

    @Test
    @Tag("W1")
    @Tag("W4")
    void stops_cleanly_and_starts_again_and_says_so() throws Exception {
        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        server.execute("create table t as select 7 as n");

        adapter.stop(MINUTE, log::add);

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        assertThat(ClusterState.ofControlFile(server.settings().dataDirectory()))
                .isEqualTo(ClusterState.SHUT_DOWN);
        assertThat(log).contains("server stopped", "database orders is shut down cleanly");
        assertThatThrownBy(server::connect).hasMessageContaining("refused");

        adapter.start(MINUTE, log::add);
        assertThat(server.ask("select n from t")).isEqualTo("7");
        assertThat(log).endsWith("database orders accepts connections");
    }

    @Test
    @Tag("W1")
    void stopping_a_stopped_server_and_starting_an_open_one_change_nothing() throws Exception {
        adapter.start(MINUTE, log::add);
        long postmaster = server.postmaster();
        adapter.start(MINUTE, log::add);
        assertThat(server.postmaster()).isEqualTo(postmaster);
        assertThat(log).endsWith("database orders was open already");

        adapter.stop(MINUTE, log::add);
        adapter.stop(MINUTE, log::add);
        assertThat(log).endsWith("database orders was stopped already", "database orders is shut down cleanly");
    }

    @Test
    @Tag("W3")
    @Tag("Q11")
    void a_start_waits_for_a_stop_whose_process_was_killed_and_that_goes_on_alone() throws Exception {
        server.started();
        long postmaster = server.postmaster();
        String data = server.settings().dataDirectory().toString();
        // what pg_ctl does, a moment later
        ProcessBuilder stop = new ProcessBuilder(
                "/bin/sh", "-c", "sleep 1; kill -INT " + postmaster + "; sleep 0.1", "pg_ctl", "stop", "-D", data);
        stop.environment().put("SADDLEBAG_PROCESS_TREE", "of a dead process");
        Process orphan = stop.start();

        adapter.start(MINUTE, log::add);

        assertThat(orphan.isAlive()).isFalse();
        assertThat(server.ask("select 1")).isEqualTo("1");
        assertThat(server.postmaster()).isNotEqualTo(postmaster);
    }

    @Test
    @Tag("W1")
    void sessions_with_open_transactions_do_not_hold_the_stop_up() throws Exception {
        server.started();
        server.execute("create table t (n int)");
        try (Connection session = server.connect();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("insert into t values (1)");

            adapter.stop(MINUTE, log::add);

            assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        }
        server.started();
        assertThat(server.ask("select count(*) from t")).isEqualTo("0");
    }

    @Test
    @Tag("W3")
    void a_started_server_lives_in_a_session_of_its_own_without_our_process_as_parent() throws Exception {
        server.started();

        String[] stat = Files.readString(Path.of("/proc/" + server.postmaster() + "/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ");

        // after the program's name: state, parent, process group, session
        assertThat(Long.parseLong(stat[1])).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(Long.parseLong(stat[3])).isEqualTo(server.postmaster());
        assertThat(Long.parseLong(stat[2])).isEqualTo(server.postmaster());
    }

    @Test
    @Tag("W1")
    @Tag("Q11")
    void a_lock_file_left_by_a_crash_is_not_taken_for_a_running_server() throws Exception {
        server.started();
        server.kill();
        Eventually.holds(() -> state() == DatabaseState.STOPPED);
        assertThat(server.settings().dataDirectory().resolve("postmaster.pid")).exists();

        assertThatThrownBy(() -> adapter.stop(MINUTE, log::add))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(DatabaseFault.STOP_FAILED))
                                .isTrue())
                .hasMessageContaining("database orders is down but was not shut down cleanly")
                .hasMessageContaining("HINT: Start it so that it recovers");

        adapter.start(MINUTE, log::add);
        adapter.stop(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
    }

    @Test
    @Tag("W1")
    void a_lock_file_that_names_another_program_is_left_over() throws Exception {
        Path lockFile = server.settings().dataDirectory().resolve("postmaster.pid");
        Files.writeString(lockFile, ProcessHandle.current().pid() + "\n" + folder + "\n1\n5432\n\n\n\nready\n");

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        Files.delete(lockFile);
    }

    @Test
    @Tag("W1")
    void a_lock_file_that_makes_no_sense_is_unknown_and_nothing_is_stopped() throws Exception {
        Path lockFile = server.settings().dataDirectory().resolve("postmaster.pid");
        Files.writeString(lockFile, "not a process\n");

        assertThat(adapter.state()).isEqualTo(DatabaseState.UNKNOWN);
        assertThatThrownBy(() -> adapter.stop(MINUTE, log::add))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(DatabaseFault.STATE_UNKNOWN))
                                .isTrue());
        Files.delete(lockFile);
    }

    @Test
    @Tag("W1")
    void a_server_on_another_port_than_the_configured_one_is_named_and_not_touched() throws Exception {
        server.started();
        PostgresqlSettings right = server.settings();
        PostgresqlAdapter wrong = adapterOf(withPort(right, right.port() == 6000 ? 6001 : 6000));

        assertThat(wrong.state()).isEqualTo(DatabaseState.UNKNOWN);
        assertThatThrownBy(() -> wrong.stop(MINUTE, log::add))
                .hasMessageContaining("listens on port " + right.port() + ", and option port says 600")
                .hasMessageContaining("HINT: Set option port to " + right.port());
        assertThat(server.ask("select 1")).isEqualTo("1");
    }

    @Test
    @Tag("W1")
    void a_server_that_recovers_is_neither_open_nor_stopped_and_start_waits_for_it() throws Exception {
        server.started();
        server.execute("create table t as select i, repeat('x', 500) as x from generate_series(1, 60000) i");
        server.kill();
        Eventually.holds(() -> state() == DatabaseState.STOPPED);
        List<DatabaseState> seen = Collections.synchronizedList(new ArrayList<>());
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> starting = other.submit(() -> {
                adapter.start(MINUTE, log::add);
                return null;
            });
            Eventually.holds(() -> {
                DatabaseState state = state();
                seen.add(state);
                return state == DatabaseState.STARTING_OR_STOPPING || state == DatabaseState.OPEN;
            });
            adapter.start(MINUTE, line -> {});
            assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
            starting.get();
        } finally {
            other.shutdown();
        }
        assertThat(seen).contains(DatabaseState.STARTING_OR_STOPPING).doesNotContain(DatabaseState.UNKNOWN);
    }

    @Test
    @Tag("W20")
    void two_that_start_the_same_server_at_once_both_find_it_open() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            Future<?> first = both.submit(() -> {
                adapter.start(MINUTE, log::add);
                return null;
            });
            server.adapter().start(MINUTE, line -> {});
            first.get();
        } finally {
            both.shutdown();
        }
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("W3")
    void a_server_that_cannot_start_fails_with_its_own_words_in_the_log() throws Exception {
        Path auto = server.settings().dataDirectory().resolve("postgresql.auto.conf");
        Files.writeString(auto, "shared_buffers = 'plenty'\n");

        assertThatThrownBy(() -> adapter.start(MINUTE, log::add))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(DatabaseFault.START_FAILED))
                                .isTrue())
                .hasMessageContaining("database orders did not start: ");
        assertThat(log).anyMatch(line -> line.startsWith("server log: ") && line.contains("shared_buffers"));
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
    }

    @Test
    @Tag("W1")
    void server_options_reach_the_server_as_they_are() throws Exception {
        PostgresqlSettings plain = server.settings();
        PostgresqlSettings settings = new PostgresqlSettings(
                plain.name(),
                plain.binDirectory(),
                plain.dataDirectory(),
                plain.host(),
                plain.port(),
                plain.user(),
                null,
                plain.runAs(),
                plain.logFile(),
                List.of("-c", "cluster_name=it's $HOME; `x`"),
                plain.maintenanceDatabase(),
                List.of());

        adapterOf(settings).start(MINUTE, log::add);

        assertThat(server.ask("show cluster_name")).isEqualTo("it's $HOME; `x`");
    }

    @Test
    @Tag("W12")
    void components_are_the_data_directory_and_each_tablespace_also_while_it_is_stopped() throws Exception {
        Path place = Files.createDirectory(folder.resolve("more"));
        PostgresServer.ownedByServer(place);
        server.started();
        server.execute("create tablespace more location '" + place + "'");
        String oid = server.ask("select oid from pg_tablespace where spcname = 'more'");
        adapter.stop(MINUTE, log::add);

        assertThat(adapter.components())
                .containsExactly(
                        new DatabaseComponent(
                                "data directory",
                                DatabaseComponent.Kind.DATA,
                                server.settings().dataDirectory(),
                                List.of("postmaster.pid", "postmaster.opts")),
                        new DatabaseComponent(
                                "tablespace " + oid, DatabaseComponent.Kind.TABLESPACE, place, List.of()));
    }

    @Test
    @Tag("R6")
    void the_headers_of_a_stopped_server_tell_its_state_until_it_was_started_again() throws Exception {
        server.started();
        assertThat(adapter.checkpoint(path -> path)).isEmpty();
        adapter.stop(MINUTE, log::add);
        Optional<String> then = adapter.checkpoint(path -> path);

        assertThat(then).isPresent();
        assertThat(adapter.checkpoint(path -> path)).isEqualTo(then);

        adapter.start(MINUTE, log::add);
        adapter.stop(MINUTE, log::add);

        assertThat(adapter.checkpoint(path -> path)).isPresent().isNotEqualTo(then);
    }

    @Test
    @Tag("W12")
    void a_copy_of_the_components_of_a_stopped_server_opens_as_it_was() throws Exception {
        server.started();
        server.execute("create table t as select 7 as n");
        adapter.stop(MINUTE, log::add);
        DatabaseComponent data = adapter.components().get(0);
        Path copy = folder.resolve("copy");
        assertThat(new LocalProcesses()
                        .run(Command.of("cp", "-a", data.path().toString(), copy.toString()), log::add)
                        .ok())
                .isTrue();
        for (String name : data.transientNames()) {
            Files.deleteIfExists(copy.resolve(name));
        }

        PostgresqlSettings from = server.settings();
        PostgresqlSettings to = new PostgresqlSettings(
                "copy",
                from.binDirectory(),
                copy,
                from.host(),
                from.port(),
                from.user(),
                null,
                from.runAs(),
                copy.resolve("start.log"),
                List.of(),
                from.maintenanceDatabase(),
                List.of());
        try (PostgresServer restored = PostgresServer.on(to).started()) {
            assertThat(restored.ask("select n from t")).isEqualTo("7");
            assertThat(restored.adapter().verifyOpen(MINUTE)).contains("not in recovery");
            assertThat(Files.readString(to.logFile())).doesNotContain("recovery");
        }
    }

    @Test
    @Tag("W12")
    void verifying_says_what_was_checked_and_fails_on_a_stopped_server() throws Exception {
        server.started();
        assertThat(adapter.verifyOpen(MINUTE))
                .matches("PostgreSQL 18\\.\\d+ at 127\\.0\\.0\\.1:\\d+ accepts connections, is not in recovery, has 2"
                        + " databases and \\d+ relations in postgres; the rows of its tables were not read.*");
        adapter.stop(MINUTE, log::add);

        assertThatThrownBy(() -> adapter.verifyOpen(Duration.ofMillis(300)))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure ->
                                assertThat(failure.is(DatabaseFault.NOT_OPEN)).isTrue())
                .hasMessageContaining("doesn't answer");
    }

    @Test
    @Tag("R14")
    @Tag("W13")
    void a_thorough_check_reads_each_table_of_each_database_and_leaves_nothing_behind() throws Exception {
        server.started();
        server.execute("create database shop");
        server.execute("create table t as select n, repeat('x', 5000) told from generate_series(1, 300) n");
        server.execute("create extension amcheck");

        String said = thorough(server.settings()).verifyOpen(MINUTE);

        assertThat(said).contains("accepts connections", "database postgres: ", "database shop: ", "read to the end");
        assertThat(said)
                .containsPattern("database postgres: .*amcheck found nothing wrong in \\d+ tables and \\d+ indexes");
        assertThat(said)
                .containsPattern("database shop: .*indexes were not looked at, since extension amcheck isn't there");
        assertThat(server.ask("select count(*) from pg_namespace where nspname like 'saddlebag%'"))
                .isEqualTo("0");
    }

    @Test
    @Tag("R14")
    void a_damaged_page_in_another_database_is_found_by_a_thorough_check_only() throws Exception {
        server.started();
        server.execute("create database shop");
        Path file;
        try (Connection shop = connect("shop");
                Statement statement = shop.createStatement()) {
            statement.execute("create table orders as select n, repeat('x', 300) told from generate_series(1, 2000) n");
            file = server.settings()
                    .dataDirectory()
                    .resolve(Queries.text(shop, "select pg_relation_filepath('orders')"));
        }
        adapter.stop(MINUTE, log::add);
        try (var page = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            page.position(8192 * 3 + 4000);
            page.write(ByteBuffer.wrap("scribbled over".getBytes(StandardCharsets.UTF_8)));
        }
        server.started();

        assertThat(adapter.verifyOpen(MINUTE)).contains("were not read");
        assertThatThrownBy(() -> thorough(server.settings()).verifyOpen(MINUTE))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure ->
                                assertThat(failure.is(DatabaseFault.NOT_OPEN)).isTrue())
                .hasMessageContaining("database orders is not whole: shop: ERROR: invalid page in block 3");
    }

    @Test
    @Tag("R14")
    void what_the_role_may_not_read_is_not_taken_for_proven() throws Exception {
        server.started();
        server.execute("create role reader login");
        server.execute("create table t (n int)");
        server.execute("create table mine (owner text)");
        PostgresqlAdapter reader = thorough(as("reader"));
        refusedToRead(reader);

        server.execute("grant pg_read_all_data to reader");
        assertThat(reader.verifyOpen(MINUTE)).contains("read to the end");

        // a policy would show some of the rows, and leave the others unread without a word
        server.execute("create policy own on mine using (owner = current_user)");
        server.execute("alter table mine enable row level security");
        refusedToRead(reader);

        server.execute("alter role reader bypassrls");
        server.execute("create extension amcheck");
        assertThat(reader.verifyOpen(MINUTE)).contains("since the role may not call amcheck");
    }

    private static void refusedToRead(PostgresqlAdapter reader) {
        assertThatThrownBy(() -> reader.verifyOpen(MINUTE))
                .hasMessageContaining("SBG-D004 database orders is not proven: its role may not read all of postgres")
                .hasMessageContaining("HINT: Grant pg_read_all_data");
    }

    @Test
    @Tag("R14")
    void a_thorough_check_that_takes_too_long_is_no_proof() throws Exception {
        server.started();
        // a lock that nobody gives up stands for a table that takes long to read
        server.execute("create table t (n int)");
        try (Connection other = server.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table t");
            PostgresqlSettings impatient = PostgresqlSettings.read(new DatabaseOptions(
                    "orders",
                    Map.of(
                            "bin", server.settings().binDirectory().toString(),
                            "data", server.settings().dataDirectory().toString(),
                            "port", server.settings().port(),
                            "check", "tables",
                            "checkTimeout", "2s")));

            assertThatThrownBy(() -> adapterOf(impatient).verifyOpen(MINUTE))
                    .hasMessageContaining("SBG-D004 database orders was not checked to its end in time");
        }
    }

    private Connection connect(String database) throws Exception {
        return new ServerConnections(server.settings()).open(MINUTE, Map.of("PGDBNAME", database));
    }

    private static PostgresqlAdapter thorough(PostgresqlSettings settings) {
        return adapterOf(settings.checking(PostgresqlSettings.Check.TABLES));
    }

    private PostgresqlSettings as(String user) {
        PostgresqlSettings of = server.settings();
        return new PostgresqlSettings(
                of.name(),
                of.binDirectory(),
                of.dataDirectory(),
                of.host(),
                of.port(),
                user,
                of.passwordFile(),
                of.runAs(),
                of.logFile(),
                of.serverOptions(),
                of.maintenanceDatabase(),
                of.parameterFiles());
    }

    @Test
    @Tag("W4")
    void a_wrong_setting_is_named_before_anything_is_touched() throws Exception {
        PostgresqlSettings right = server.settings();
        PostgresqlSettings noData = new PostgresqlSettings(
                "orders",
                right.binDirectory(),
                folder.resolve("nowhere"),
                right.host(),
                right.port(),
                right.user(),
                null,
                right.runAs(),
                right.logFile(),
                List.of(),
                right.maintenanceDatabase(),
                List.of());
        assertThatThrownBy(() -> adapterOf(noData).start(MINUTE, log::add))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(DatabaseFault.BAD_CONFIGURATION))
                                .isTrue())
                .hasMessageContaining("option data of database orders can't be \"" + folder.resolve("nowhere"));
        assertThat(folder.resolve("nowhere")).doesNotExist();
        assertThat(log).isEmpty();
    }

    @Test
    @Tag("W4")
    void an_unknown_owner_of_the_server_is_named() throws Exception {
        assumeTrue(PostgresServer.runAs() != null, "only root can become another user");
        PostgresqlSettings right = server.settings();
        PostgresqlSettings unknown = new PostgresqlSettings(
                "orders",
                right.binDirectory(),
                right.dataDirectory(),
                right.host(),
                right.port(),
                right.user(),
                null,
                new RunAs("nosuchuser", "nogroup"),
                right.logFile(),
                List.of(),
                right.maintenanceDatabase(),
                List.of());
        assertThatThrownBy(() -> adapterOf(unknown).start(MINUTE, log::add))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(DatabaseFault.BAD_CONFIGURATION))
                                .isTrue())
                .hasMessageContaining("option runAs of database orders can't be \"nosuchuser:nogroup\"");
    }

    @Test
    @Tag("W4")
    void a_password_file_that_others_can_read_is_refused_and_its_content_not_shown() throws Exception {
        server.started();
        Path file = folder.resolve("password");
        Files.writeString(file, "horse-staple\n");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        PostgresqlSettings right = server.settings();
        PostgresqlSettings open = new PostgresqlSettings(
                "orders",
                right.binDirectory(),
                right.dataDirectory(),
                right.host(),
                right.port(),
                right.user(),
                file,
                right.runAs(),
                right.logFile(),
                List.of(),
                right.maintenanceDatabase(),
                List.of());
        assertThatThrownBy(() -> adapterOf(open).verifyOpen(MINUTE))
                .hasMessageContaining("option passwordFile of database orders: " + file + " can be read by others")
                .hasMessageNotContaining("horse-staple");
    }

    private DatabaseState state() {
        try {
            return adapter.state();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PostgresqlAdapter adapterOf(PostgresqlSettings settings) {
        return new PostgresqlAdapter(settings, new LocalProcesses(), new SystemWaiter());
    }

    private static PostgresqlSettings withPort(PostgresqlSettings of, int port) {
        return new PostgresqlSettings(
                of.name(),
                of.binDirectory(),
                of.dataDirectory(),
                of.host(),
                port,
                of.user(),
                of.passwordFile(),
                of.runAs(),
                of.logFile(),
                of.serverOptions(),
                of.maintenanceDatabase(),
                of.parameterFiles());
    }
}
