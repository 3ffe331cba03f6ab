package io.saddlebag.rollforward;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.job.Job;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.workbench.CallFaults;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A real server with rows 1 to 3, and a node that has a backup of it with the first, and journals with the others. Processes of the node recover
 * it to between the last two, through whatever goes wrong.
 */
final class ServerSite implements Closeable {
    static final String BEFORE = "1 2 3";
    static final String TARGET = "1 2";
    private static final String DATABASE = "orders";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Whoever waits for what never comes waits so much shorter. */
    private static final int HASTE = 10;

    final Workbench bench;
    final SweptServer server;
    private final SweptNode node;
    private final RecoveryTarget target;
    private final Waiter patient = new SystemWaiter();

    /** Who makes a server in a folder that isn't there. */
    interface Maker {
        SweptServer make(Path folder) throws Exception;
    }

    /** What all sites of a sweep have in common, whose home is the same. */
    record Made(Path home, Path kept, SweptServer server, RecoveryTarget target) {}

    private ServerSite(Made made) throws Exception {
        this(made.home(), made.server(), made.target());
    }

    private ServerSite(Path home, SweptServer server, RecoveryTarget target) throws Exception {
        this.server = server;
        this.target = target;
        bench = new Workbench(home, Capacity.ENDLESS);
        node = new SweptNode(bench, DATABASE, SweptServer.JOURNALS, this::source);
        mended();
    }

    /** @param kept where it is kept for {@link #again} */
    static Made make(Path home, Path kept, Maker maker) throws Exception {
        SweptServer server = maker.make(home.resolve("server"));
        RecoveryTarget target;
        try (server;
                ServerSite site = new ServerSite(home, server, RecoveryTarget.end())) {
            server.insert(1);
            server.backup(site.bench);
            server.insert(2);
            target = server.here();
            site.write(3);
            server.stop();
        }
        Files.move(home, kept);
        return new Made(home, kept, server, target);
    }

    /** Another one, in the same place, which is open. */
    static ServerSite again(Made made) throws Exception {
        remove(made.home());
        run("cp", "-a", made.kept().toString(), made.home().toString());
        ServerSite site = new ServerSite(made);
        made.server().adapter(new LocalProcesses(), new SystemWaiter()).start(Duration.ofMinutes(1), line -> {});
        return site;
    }

    static void remove(Path folder) throws Exception {
        run("rm", "-rf", folder.toString());
    }

    private static void run(String... command) throws Exception {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }

    static void await(String what, Callable<Boolean> holds) throws Exception {
        long begin = System.nanoTime();
        while (!holds.call()) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    // ---- the machine

    /** From now on nothing goes wrong for processes that begin. */
    void mended() throws Exception {
        through(CallFaults.none(), false, patient);
        bench.database = server.adapter(new LocalProcesses(), patient);
        bench.guardDatabase = bench.database;
        SweptDriver.through(null);
    }

    /** @param guarded whether guards go through it, too */
    private void through(CallFaults faults, boolean guarded, Waiter waiter) throws Exception {
        SweptDriver.through(faults);
        bench.database = faults.port(
                DatabaseAdapter.class, server.adapter(faults.port(Processes.class, new LocalProcesses()), waiter));
        bench.guardDatabase = guarded
                ? bench.database
                : SweptDriver.spared(DatabaseAdapter.class, server.adapter(new LocalProcesses(), patient));
        node.through(faults, guarded);
    }

    /** For whom time passes faster. */
    private record Hasty(Waiter real) implements Waiter {
        @Override
        public void await(Duration duration) throws InterruptedException {
            real.await(duration.dividedBy(HASTE));
        }

        @Override
        public long nanos() {
            return real.nanos() * HASTE;
        }
    }

    /** A process recovers it to {@link #TARGET}, and ends. */
    SweptNode.Ended recover(CallFaults faults, boolean guarded) throws Exception {
        through(faults, guarded, new Hasty(patient));
        return node.recover(faults, guarded, target, 1L);
    }

    /** Nothing goes wrong; guards are counted, too. */
    SweptNode.Ended count(CallFaults counting) throws Exception {
        through(counting, true, patient);
        return node.recover(counting, true, target, 1L);
    }

    /** Nothing goes wrong. */
    SweptNode.Ended repeat() throws Exception {
        mended();
        return node.recover(CallFaults.none(), false, target, 1L);
    }

    /** As far as its journals go, and nothing goes wrong. */
    SweptNode.Ended recoverToTheEnd() throws Exception {
        mended();
        return node.recover(CallFaults.none(), false, RecoveryTarget.end(), null);
    }

    private JournalSource source(HostFiles files, JournalChain chain) throws IOException {
        return server.source(files, chain, bench.incarnations(), bench.time);
    }

    /** The next start of a node, by a machine that was mended. */
    void nextStart() throws Exception {
        mended();
        bench.watchdog.bringBackAbandoned();
        start();
        start();
    }

    private void start() throws Exception {
        Workbench.Node next = node.next();
        await("the database is open", server::isOpen);
        next.recover();
    }

    // ---- the application

    /** @return what the server set aside has; empty when there is none such */
    String setAside() throws Exception {
        Path newest = null;
        try (Stream<Path> all = Files.list(server.place().getParent())) {
            for (Path each : (Iterable<Path>) all.sorted()::iterator) {
                if (each.getFileName().toString().matches("data\\.saddlebag-before-\\d+")) {
                    newest = each;
                }
            }
        }
        return newest == null ? "" : newest.toString();
    }

    /** Its own server is down meanwhile, and open afterwards. */
    String rowsOf(Path aside) throws Exception {
        server.stop();
        Path copy = aside.resolveSibling("looked-at");
        run("cp", "-a", aside.toString(), copy.toString());
        SweptServer old = server.on(copy);
        String rows;
        try (old) {
            old.adapter(new LocalProcesses(), patient).start(Duration.ofMinutes(1), line -> {});
            rows = old.rows();
            old.stop();
        }
        remove(copy);
        bench.database.start(Duration.ofMinutes(1), line -> {});
        return rows;
    }

    /** Inserts a row, which is in a backup of journals on return. */
    void write(int row) throws Exception {
        mended();
        server.insert(row);
        server.closeJournal();
        try (JournalSource source = source(bench.files, bench.chain())) {
            node.pass(source);
        }
    }

    // ---- what is known

    /** Number, parent and reset of each that has begun. */
    List<String> incarnations() throws IOException {
        return node.incarnations();
    }

    /** Number of the one that the database is in, by all that is known. */
    long current() throws IOException {
        return node.current();
    }

    /** What recoveries have put beside the database, but for what they keep of before, and beginnings of files. */
    List<String> leftBeside() throws IOException {
        return SweptNode.leftBeside(server.place());
    }

    /** Jobs that have no end. */
    List<Job> running() throws IOException {
        return bench.log().jobs().stream().filter(each -> !each.state().ended()).toList();
    }

    /** Servers beside the database's own. */
    List<Long> others() {
        return ProcessHandle.allProcesses()
                .filter(each -> worksBelow(each, server.place().getParent()) && !worksBelow(each, server.place()))
                .map(ProcessHandle::pid)
                .toList();
    }

    static boolean worksBelow(ProcessHandle process, Path folder) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .startsWith(folder);
        } catch (IOException gone) {
            return false;
        }
    }

    static void endAll(Predicate<ProcessHandle> which) {
        List<ProcessHandle> all = ProcessHandle.allProcesses().filter(which).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        long begin = System.nanoTime();
        while (ProcessHandle.allProcesses().anyMatch(which)) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new AssertionError("servers don't end: " + all);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            SweptDriver.through(null);
        } catch (java.sql.SQLException e) {
            throw new IOException(e);
        }
        server.close();
        bench.close();
    }
}
