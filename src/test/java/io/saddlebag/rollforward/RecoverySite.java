package io.saddlebag.rollforward;

import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.sqlite.SqliteAdapter;
import io.saddlebag.database.sqlite.SqliteSettings;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.job.Job;
import io.saddlebag.journal.FollowedIncarnation;
import io.saddlebag.journal.HoldProcesses;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.sqlite.WalJournal;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.workbench.CallFaults;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An SQLite with rows 1 to 3, and a node that has a backup of it with the first, and journals with the others. Processes of the node recover
 * it to between the last two, through whatever goes wrong.
 */
final class RecoverySite implements Closeable {
    static final String BEFORE = "1 2 3";
    static final String TARGET = "1 2";
    private static final String DATABASE = "orders";
    private static final String JOURNALS = "log";

    final Workbench bench;
    private final SweptNode node;
    private final Path file;
    private final Path mark;
    private final HoldProcesses holds = new HoldProcesses("SqliteHold");
    private final HoldProcesses pins = new HoldProcesses("SqlitePin");
    private boolean killed;

    private RecoverySite(Path home) throws IOException {
        bench = new Workbench(home, Capacity.ENDLESS);
        file = Files.createDirectories(home.resolve("sqlite")).resolve("app.db");
        mark = Files.createDirectories(home.resolve("marks")).resolve("log.cut");
        node = new SweptNode(bench, DATABASE, JOURNALS, this::source);
        mended();
    }

    /** Makes one in a folder that isn't there. */
    static void make(Path home) throws Exception {
        try (RecoverySite site = new RecoverySite(Files.createDirectory(home));
                Connection application = connect(site.file);
                JournalSource source = site.source(site.bench.files, site.bench.chain())) {
            run(application, "PRAGMA journal_mode = WAL");
            run(application, "create table ledger (n integer primary key)");
            run(application, "insert into ledger values (1)");
            site.node.pass(source);
            Workbench.Node node = site.bench.node();
            Job backup = new OnlineBackup(node.backups)
                    .run(node.onlineOrder(new NoSnapshots(site.bench.time), node.poolTarget()))
                    .orElseThrow();
            SweptNode.require(backup);
            run(application, "insert into ledger values (2)");
            site.node.pass(source);
            run(application, "insert into ledger values (3)");
            site.node.pass(source);
        }
    }

    /** Another one, in the same place as that which was made: its catalog has absolute names. */
    static RecoverySite again(Path made, Path home) throws IOException {
        remove(home);
        try (Stream<Path> all = Files.walk(made)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.copy(each, home.resolve(made.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return new RecoverySite(home);
    }

    static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(each);
                }
            }
        }
    }

    private static Connection connect(Path database) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database + "?busy_timeout=20000");
        run(connection, "PRAGMA wal_autocheckpoint = 0");
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    // ---- the machine

    /** From now on nothing goes wrong for processes that begin. */
    void mended() throws IOException {
        through(CallFaults.none(), false);
    }

    /**
     * From now on processes that begin go through that.
     *
     * @param guarded whether the guard of their leases does, too
     */
    private void through(CallFaults faults, boolean guarded) throws IOException {
        SqliteAdapter adapter = new SqliteAdapter(
                SqliteSettings.read(new DatabaseOptions(DATABASE, Map.of("file", file.toString()))),
                killed ? Optional.of(new Killed()) : Optional.empty(),
                bench.time,
                pins,
                holds,
                this::newest);
        bench.database = faults.port(DatabaseAdapter.class, adapter);
        bench.guardDatabase = guarded ? bench.database : adapter;
        node.through(faults, guarded);
    }

    private Optional<BackedUpJournals.Newest> newest() throws IOException {
        JournalId last = bench.chain().last(JOURNALS).orElse(null);
        if (last == null) {
            return Optional.empty();
        }
        List<JournalPiece> pieces = bench.chain().pieces(JOURNALS, last);
        JournalPiece end = pieces.get(pieces.size() - 1);
        return Optional.of(new BackedUpJournals.Newest(last.sequence(), end.name(), end.from() + end.bytes()));
    }

    private JournalSource source(HostFiles files, JournalChain chain) throws IOException {
        long begun = begun(bench.incarnations());
        return new WalJournal(
                JOURNALS,
                new FollowedIncarnation(begun, () -> begun(bench.incarnations())),
                Objects.requireNonNull(bench.guardDatabase).growingJournal().orElseThrow(),
                files,
                chain,
                mark);
    }

    private static long begun(IncarnationLog log) throws IOException {
        return log.list(DATABASE).stream().mapToLong(Incarnation::number).max().orElse(1);
    }

    /** A process recovers it to {@link #TARGET}, and ends. */
    SweptNode.Ended recover(CallFaults faults, boolean guarded) throws Exception {
        return recover(faults, guarded, new RecoveryTarget.Sequence(2), 1L);
    }

    private SweptNode.Ended recover(
            CallFaults faults, boolean guarded, RecoveryTarget target, @Nullable Long incarnation) throws Exception {
        through(faults, guarded);
        return node.recover(faults, guarded, target, incarnation);
    }

    /** The backup alone comes back, without journals. */
    SweptNode.Ended restore() throws Exception {
        Backup backup = bench.catalog().backups(Catalog.Filter.ALL).stream()
                .filter(each -> DATABASE.equals(each.about().database()))
                .findFirst()
                .orElseThrow();
        List<Job> jobs = new RestoreJobs(bench.node().restoring)
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.ById(backup.id())),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        DATABASE,
                        null));
        return new SweptNode.Ended(jobs.stream().allMatch(SweptNode::succeeded), jobs.toString());
    }

    /** The next start of a node, by a machine that was mended. */
    void nextStart() throws Exception {
        mended();
        bench.watchdog.bringBackAbandoned();
        node.next().recover();
    }

    // ---- the application

    /** Of the database; begins with what is wrong with it, if anything is. */
    String rows() throws SQLException {
        return Files.exists(file) ? rows(file) : "nothing is there";
    }

    /** @return what a file set aside has; empty when there is none such */
    String setAside() throws IOException, SQLException {
        Path newest = null;
        try (Stream<Path> all = Files.list(file.getParent())) {
            for (Path each : (Iterable<Path>) all.sorted()::iterator) {
                boolean main = each.getFileName().toString().matches(file.getFileName() + "\\.saddlebag-before-\\d+");
                if (main) {
                    newest = each;
                }
            }
        }
        return newest == null ? "" : rows(newest);
    }

    private static String rows(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
                if (!check.getString(1).equals("ok")) {
                    return check.getString(1);
                }
            }
            try (ResultSet answer =
                    statement.executeQuery("select group_concat(n, ' ') from (select n from ledger order by n)")) {
                return answer.getString(1);
            }
        }
    }

    /** Inserts a row, which is in a backup of journals on return. */
    void write(int row) throws Exception {
        mended();
        try (Connection application = connect(file);
                JournalSource source = source(bench.files, bench.chain())) {
            run(application, "insert into ledger values (" + row + ")");
            node.pass(source);
        }
    }

    /** As far as its journals go. */
    SweptNode.Ended recoverToTheEnd() throws Exception {
        return recover(CallFaults.none(), true, RecoveryTarget.end(), null);
    }

    /**
     * Its application is killed with a fourth row in the log only, and from now on whoever stops it is told that this failed, and that it is
     * down: nobody merges the log.
     */
    void killed() throws Exception {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        Path kept = Files.createDirectory(file.resolveSibling("kept"));
        try (Connection application = connect(file)) {
            run(application, "insert into ledger values (4)");
            Files.copy(file, kept.resolve("file"));
            Files.copy(log, kept.resolve("log"));
        }
        Files.move(kept.resolve("file"), file, StandardCopyOption.REPLACE_EXISTING);
        Files.move(kept.resolve("log"), log);
        Files.delete(kept);
        killed = true;
        mended();
    }

    // ---- what is known

    /** Number, parent and reset of each that has begun. */
    List<String> incarnations() throws IOException {
        return node.incarnations();
    }

    /** What is in the chain of an incarnation. */
    List<String> journals(long incarnation) throws IOException {
        return bench.chain().pieces(JOURNALS).stream()
                .filter(each -> each.id().incarnation() == incarnation)
                .map(each -> each.id().sequence() + " " + each.state())
                .toList();
    }

    /** What recoveries have put beside the database, but for what they keep of before, and beginnings of files. */
    List<String> leftBeside() throws IOException {
        return SweptNode.leftBeside(file);
    }

    /** Jobs that have no end. */
    List<Job> running() throws IOException {
        return bench.log().jobs().stream().filter(each -> !each.state().ended()).toList();
    }

    /** An application that is down, and whose stop script fails. */
    private static final class Killed implements DatabaseAdapter {
        @Override
        public String name() {
            return DATABASE;
        }

        @Override
        public String engine() {
            return "script";
        }

        @Override
        public DatabaseState state() {
            return DatabaseState.STOPPED;
        }

        @Override
        public void stop(Duration timeout, Consumer<String> log) throws IOException {
            throw new BackupException(DatabaseFault.STOP_FAILED, "it doesn't run", "This is a test.");
        }

        @Override
        public void start(Duration timeout, Consumer<String> log) {}

        @Override
        public List<DatabaseComponent> components() {
            return List.of();
        }

        @Override
        public String verifyOpen(Duration timeout) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        try {
            holds.kill();
            pins.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bench.close();
    }
}
