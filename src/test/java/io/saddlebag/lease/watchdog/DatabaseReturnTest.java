package io.saddlebag.lease.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.DatabaseState;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A real database that is stopped under a lease by a process that doesn't live to start it again. */
@Tag("slow")
class DatabaseReturnTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SEED = 20261121;

    // a guard may still be writing its record when the test has ended
    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final SystemWaiter waiter = new SystemWaiter();
    private PostgresServer server;

    @BeforeEach
    void start() throws Exception {
        server = PostgresServer.initdb(folder.resolve("orders")).started();
        server.execute("create table t as select 7 as n");
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    @Test
    @Tag("W3")
    @Tag("W20")
    @Tag("Q11")
    void the_holder_is_killed_while_the_database_is_stopped_and_it_comes_back_long_before_the_deadline()
            throws Exception {
        Process holder = holder(Duration.ofMinutes(10), Duration.ofMinutes(5));
        awaitWord(holder, "stopped");
        long killed = System.nanoTime();
        holder.destroyForcibly().waitFor();

        Eventually.holds(() -> state() == DatabaseState.OPEN);

        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(MINUTE);
        assertThat(server.ask("select n from t")).isEqualTo("7");
        Eventually.holds(() -> states().equals(List.of(LeaseState.ACTED)));
    }

    @Test
    @Tag("W20")
    @Tag("Q11")
    void the_holders_whole_process_group_is_killed_and_neither_guard_nor_database_goes_with_it() throws Exception {
        Process holder = holder(Duration.ofMinutes(10), Duration.ofMinutes(5));
        awaitWord(holder, "stopped");
        killGroup(holder.pid());
        holder.waitFor();

        Eventually.holds(() -> state() == DatabaseState.OPEN);
        assertThat(server.ask("select n from t")).isEqualTo("7");
    }

    @Test
    @Tag("W20")
    void the_deadline_passes_while_the_holder_hangs_and_it_learns_that_it_lost_the_lease() throws Exception {
        Process holder = holder(Duration.ofSeconds(4), Duration.ofSeconds(1));
        awaitWord(holder, "stopped");
        signal("STOP", holder.pid());

        Eventually.holds(() -> states().equals(List.of(LeaseState.ACTED)));
        assertThat(state()).isEqualTo(DatabaseState.OPEN);

        signal("CONT", holder.pid());
        assertThat(lastWords(holder)).endsWith("starting", "started", "released false");
        assertThat(state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("W20")
    void released_in_time_the_guard_never_touches_the_database() throws Exception {
        Process holder = holder(Duration.ofMinutes(10), Duration.ZERO);

        assertThat(lastWords(holder)).endsWith("starting", "started", "released true");

        long postmaster = server.postmaster();
        Eventually.holds(() -> guards().stream().noneMatch(ProcessHandle::isAlive));
        assertThat(server.postmaster()).isEqualTo(postmaster);
        assertThat(states()).containsExactly(LeaseState.RELEASED);
    }

    @Test
    @Tag("W3")
    @Tag("W20")
    void holder_and_guard_die_and_the_next_start_of_the_node_brings_the_database_back() throws Exception {
        Process holder = holder(Duration.ofMinutes(10), Duration.ofMinutes(5));
        awaitWord(holder, "stopped");
        guards().forEach(ProcessHandle::destroyForcibly);
        holder.destroyForcibly().waitFor();
        Eventually.holds(() -> guards().stream().noneMatch(ProcessHandle::isAlive));
        assertThat(state()).isEqualTo(DatabaseState.STOPPED);

        List<LeaseRecord> taken = register().bringBackAbandoned(TestGuard.returner(), line -> {});

        assertThat(taken).extracting(LeaseRecord::state).containsExactly(LeaseState.ACTED);
        assertThat(state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("W20")
    void a_lease_that_lasts_while_a_guarded_database_is_stopped_here_is_renewed_and_released() throws Exception {
        ProcessWatchdog watchdog = new ProcessWatchdog(TestGuard.command(), leases(), Clock.systemUTC(), waiter);
        QuiesceLease lease = watchdog.arm("stop of orders", TestGuard.startDatabase(server.settings()), MINUTE);
        server.adapter().stop(MINUTE, line -> {});
        lease.renew(MINUTE);
        server.adapter().start(MINUTE, line -> {});
        assertThat(lease.release()).isTrue();
        assertThat(state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("W3")
    @Tag("W20")
    @Tag("Q11")
    void killed_at_any_instant_the_holder_leaves_an_open_database_and_no_lease_that_owes_one() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < 20; round++) {
            int millis = random.nextInt(1800);
            Process holder = holder(Duration.ofMinutes(10), Duration.ofMillis(300));
            awaitWord(holder, "arming");
            waiter.await(Duration.ofMillis(millis));
            // not through the process itself, which would throw away what it has said
            holder.toHandle().destroyForcibly();

            String where = "seed " + SEED + ", round " + round + ", killed " + millis + " ms after it began";
            List<String> said = lastWords(holder);
            try {
                Eventually.holds(() -> register(leases()).stream()
                        .noneMatch(lease -> lease.state().owesTheSource()));
                Eventually.holds(() -> state() == DatabaseState.OPEN);
                assertThat(server.ask("select n from t")).isEqualTo("7");
                assertThat(register().abandoned()).isEmpty();
            } catch (AssertionError broken) {
                throw new AssertionError(where + ", it had said " + said + ", leases " + states(), broken);
            }
        }
    }

    private Process holder(Duration length, Duration stopped) throws IOException {
        List<String> command = new ArrayList<>(ProcessWatchdog.javaCommand(
                TestHolder.class.getName(),
                List.of(leases().toString(), Long.toString(length.toMillis()), Long.toString(stopped.toMillis()))));
        command.add(0, "setsid");
        TestGuard.startDatabase(server.settings()).facts().forEach((fact, value) -> command.add(fact + "=" + value));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("holder.log").toFile())
                .start();
    }

    private static void awaitWord(Process holder, String word) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int each = holder.getInputStream().read();
                each >= 0;
                each = holder.getInputStream().read()) {
            if (each != '\n') {
                line.append((char) each);
                continue;
            }
            if (line.toString().equals(word)) {
                return;
            }
            line.setLength(0);
        }
        throw new AssertionError("the holder ended before it said " + word);
    }

    private static List<String> lastWords(Process holder) throws IOException {
        try (Stream<String> lines = holder.inputReader().lines()) {
            return lines.toList();
        }
    }

    private static void killGroup(long leader) throws Exception {
        run("kill", "-KILL", "--", "-" + leader);
    }

    private static void signal(String name, long process) throws Exception {
        run("kill", "-" + name, Long.toString(process));
    }

    private static void run(String... program) throws Exception {
        assertThat(new ProcessBuilder(program).inheritIO().start().waitFor()).isZero();
    }

    private DatabaseState state() {
        try {
            return server.adapter().state();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<LeaseState> states() {
        return register(leases()).stream().map(LeaseRecord::state).toList();
    }

    private List<ProcessHandle> guards() {
        return register(leases()).stream()
                .flatMap(lease -> ProcessHandle.of(lease.guard()).stream())
                .toList();
    }

    private List<LeaseRecord> register(Path leases) {
        try {
            return Files.exists(leases) ? register().list() : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Leases register() {
        return new Leases(leases(), waiter, TestGuard.QUICK);
    }

    private Path leases() {
        return folder.resolve("leases");
    }
}
