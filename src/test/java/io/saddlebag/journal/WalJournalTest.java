package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.JournalServer;
import io.saddlebag.database.sqlite.SqliteAdapter;
import io.saddlebag.database.sqlite.SqliteSettings;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.image.Decryption;
import io.saddlebag.journal.sqlite.WalJournal;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.workbench.Workbench;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passes over a real SQLite write-ahead log, while its application goes on. */
@Tag("J2")
class WalJournalTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path home;

    private final HoldProcesses holds = new HoldProcesses("SqliteHold");
    private final HoldProcesses pins = new HoldProcesses("SqlitePin");
    private JournalSite site;
    private Path file;
    private Path base;
    private Connection application;
    private WalJournal source;
    private int rows;

    @BeforeEach
    void open() throws Exception {
        site = new JournalSite(home);
        file = home.resolve("app.db");
        base = home.resolve("base.db");
        application = connect(file);
        execute("PRAGMA journal_mode = WAL");
        execute("create table ledger (n integer primary key, told text)");
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
        try (Statement statement = application.createStatement()) {
            statement.executeUpdate("backup to " + base);
        }
        source = source();
    }

    @AfterEach
    void close() throws Exception {
        source.close();
        application.close();
        holds.kill();
        pins.kill();
        site.close();
    }

    private SqliteAdapter adapter() throws IOException {
        return new SqliteAdapter(
                SqliteSettings.read(new DatabaseOptions("ledger", Map.of("file", file.toString()))),
                Optional.empty(),
                new SystemWaiter(),
                pins,
                holds);
    }

    private WalJournal source() throws IOException {
        return new WalJournal(
                JournalSite.NAME,
                adapter().growingJournal().orElseThrow(),
                site.bench.files,
                site.bench.chain(),
                home.resolve("ledger.cut"));
    }

    private static Connection connect(Path to) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + to + "?busy_timeout=20000");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    private void insert(int many) throws SQLException {
        for (int i = 0; i < many; i++) {
            rows++;
            execute("insert into ledger values (" + rows + ", hex(randomblob(400)))");
        }
    }

    private long logBytes() throws IOException {
        Path log = file.resolveSibling("app.db-wal");
        return Files.exists(log) ? Files.size(log) : 0;
    }

    private JournalResult pass() throws IOException, InterruptedException {
        return pass(new Wishes());
    }

    private JournalResult pass(Wishes wishes) throws IOException, InterruptedException {
        Workbench.Node node = site.bench.node();
        return node.journals(
                        source,
                        node.poolTarget(),
                        wishes.options(),
                        (message, text) -> site.told.add(message + ", " + text))
                .run();
    }

    private void startAnew() throws IOException {
        source.close();
        source = source();
    }

    /** The base with all that is in the chain, as SQLite itself recovers it: one log after the other. */
    private String replayed() throws Exception {
        return replayed(base, 1);
    }

    /** @param first journal that is applied */
    private String replayed(Path from, long first) throws Exception {
        Path copy = home.resolve("copy.db");
        Files.deleteIfExists(copy);
        Files.copy(from, copy);
        Path log = home.resolve("copy.db-wal");
        JournalId at = null;
        for (JournalPiece piece : site.bench.chain().pieces(JournalSite.NAME, new JournalId(1, first))) {
            if (at != null && !at.equals(piece.id())) {
                recover(copy);
            }
            at = piece.id();
            assertThat(piece.from()).isEqualTo(Files.exists(log) ? Files.size(log) : 0);
            Files.write(
                    log,
                    site.bytes(piece),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        }
        recover(copy);
        return digest(copy);
    }

    private static void recover(Path copy) throws SQLException, IOException {
        try (Connection connection = connect(copy);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Files.deleteIfExists(copy.resolveSibling("copy.db-wal"));
    }

    private static String digest(Path database) throws SQLException {
        try (Connection connection = connect(database)) {
            return digest(connection);
        }
    }

    private static String digest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(
                        "select count(*) || ' rows, ' || group_concat(n || told) from (select * from ledger order by n)")) {
            String all = answer.getString(1);
            return all.substring(0, all.indexOf(',')) + " "
                    + java.util.Arrays.hashCode(all.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    @Tag("J6")
    void it_is_copied_and_cut_to_nothing_and_sqlite_makes_the_same_database_of_it() throws Exception {
        insert(20);

        JournalResult first = pass();

        assertThat(first.backedUp()).isEqualTo(1);
        assertThat(logBytes()).isZero();
        assertThat(replayed()).isEqualTo(digest(application));
        insert(5);
        execute("delete from ledger where n % 3 = 0");
        pass();
        insert(3);
        pass();
        assertThat(logBytes()).isZero();
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
        assertThat(replayed()).isEqualTo(digest(application));
        assertThat(pass().hasBackup()).isFalse();
        try (Statement check = application.createStatement();
                ResultSet said = check.executeQuery("PRAGMA integrity_check")) {
            assertThat(said.getString(1)).isEqualTo("ok");
        }
    }

    @Test
    @Tag("J27")
    void a_log_that_no_pass_takes_is_late_and_looking_at_it_holds_nothing() throws Exception {
        JournalWatch watch = watch(null);
        assertThat(after(Duration.ZERO, watch)).isEmpty();
        insert(3);
        assertThat(after(LIMIT.minusSeconds(1), watch)).isEmpty();
        assertThat(after(LIMIT.minusSeconds(1), watch)).isEmpty();
        assertThat(after(Duration.ofSeconds(1), watch))
                .isEqualTo("what was written to the journals of ledger 300 s ago is not backed up");
        assertThat(holds.running).isEmpty();

        pass();
        assertThat(after(Duration.ZERO, watch)).isEmpty();
        assertThat(after(LIMIT.multipliedBy(3), watch)).as("nobody writes").isEmpty();
        insert(1);
        after(Duration.ZERO, watch);
        pass();
        insert(1);
        assertThat(after(LIMIT, watch)).as("another log, since now").isEmpty();
        assertThat(after(LIMIT, watch)).contains("is not backed up");
    }

    @Test
    @Tag("J27")
    void a_log_that_somebody_else_begins_anew_again_and_again_is_as_late() throws Exception {
        insert(1);
        pass();
        // nobody holds it any more
        startAnew();
        JournalWatch watch = watch(null);
        insert(40);
        after(Duration.ZERO, watch);
        for (int i = 0; i < 4; i++) {
            execute("PRAGMA wal_checkpoint(TRUNCATE)");
            insert(1);
            after(LIMIT.dividedBy(4), watch);
        }

        assertThat(after(Duration.ZERO, watch)).contains("is not backed up");
        assertThatThrownBy(this::pass).hasMessageContaining("SBG-X002");
        pass();
        assertThat(after(Duration.ZERO, watch)).isEmpty();
    }

    @Test
    @Tag("J27")
    @Tag("J5")
    void a_log_that_is_left_alone_below_its_threshold_is_not_late() throws Exception {
        JournalWatch watch = watch(1_000L);
        insert(3);
        after(Duration.ZERO, watch);
        assertThat(after(LIMIT.multipliedBy(2), watch)).isEmpty();
        insert(500);
        assertThat(logBytes()).isGreaterThan(1_000 * JournalResult.BLOCK_BYTES);

        after(Duration.ZERO, watch);
        assertThat(after(LIMIT, watch)).contains("is not backed up");
    }

    /** By a source of its own, as another thread has it. */
    private JournalWatch watch(@Nullable Long thresholdBlocks) throws IOException {
        return new JournalWatch(
                source(),
                site.bench.chain(),
                JournalGovernor.NONE,
                LIMIT,
                JournalWatch.Passes.of(thresholdBlocks, () -> ""));
    }

    /** What a look says then. */
    private String after(Duration time, JournalWatch watch) {
        site.bench.time.pass(time);
        watch.look(site.bench.time.nanos());
        return watch.problem(site.bench.time.nanos());
    }

    @Test
    void an_application_that_merges_by_itself_loses_nothing_while_it_is_held() throws Exception {
        execute("PRAGMA wal_autocheckpoint = 4");
        execute("PRAGMA busy_timeout = 10");
        pass();
        for (int round = 0; round < 4; round++) {
            insert(30);
            execute("PRAGMA wal_checkpoint(TRUNCATE)");
            execute("PRAGMA wal_checkpoint(RESTART)");
            insert(10);
            pass();
        }

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY, 4 READY");
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    void a_reader_keeps_it_from_being_cut_and_the_pass_ends_well() throws Exception {
        insert(5);
        try (Connection reader = connect(file);
                Statement reading = reader.createStatement()) {
            reading.execute("BEGIN");
            reading.executeQuery("select count(*) from ledger").close();
            insert(5);
            assertThat(pass().hasBackup()).isTrue();
            assertThat(logBytes()).isPositive();
            insert(5);
            assertThat(pass().hasBackup()).isTrue();
            assertThat(site.chain()).isEqualTo("1 PARTIAL, 1 PARTIAL");
            reading.execute("COMMIT");
        }
        insert(5);
        pass();
        assertThat(logBytes()).isZero();
        assertThat(site.chain()).isEqualTo("1 READY, 1 READY, 1 READY");
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    void a_reader_of_the_newest_state_only_lets_its_space_be_used_again() throws Exception {
        insert(5);
        try (Connection reader = connect(file);
                Statement reading = reader.createStatement()) {
            reading.execute("BEGIN");
            reading.executeQuery("select count(*) from ledger").close();
            pass();
            assertThat(logBytes()).isPositive();
            reading.execute("COMMIT");
        }
        insert(2);
        pass();
        assertThat(site.chain()).doesNotContain("GAP");
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    void without_a_quiet_point_what_is_written_in_between_is_the_next_pass_s() throws Exception {
        insert(4);
        Wishes wishes = new Wishes();
        wishes.quietPoint = false;
        pass(wishes);
        insert(4);
        pass(wishes);

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    @Tag("J18")
    void what_was_rolled_back_is_no_journal() throws Exception {
        insert(2);
        execute("PRAGMA cache_size = 5");
        execute("BEGIN");
        insert(200);
        execute("ROLLBACK");
        rows -= 200;
        insert(3);
        pass();

        assertThat(replayed()).isEqualTo(digest(application)).startsWith("5 rows");
    }

    @Test
    @Tag("J18")
    void a_source_that_ended_between_goes_on_in_the_middle_of_a_log() throws Exception {
        execute("PRAGMA wal_autocheckpoint = 0");
        Wishes wishes = new Wishes();
        wishes.quietPoint = false;
        insert(4);
        try (Connection reader = connect(file);
                Statement reading = reader.createStatement()) {
            reading.execute("BEGIN");
            reading.executeQuery("select count(*) from ledger").close();
            insert(1);
            pass(wishes);
            startAnew();
            insert(4);
            pass(wishes);
        }
        assertThat(site.chain()).isEqualTo("1 PARTIAL, 1 PARTIAL");
        startAnew();
        insert(1);
        pass();
        startAnew();
        insert(1);
        pass();

        assertThat(site.chain()).isEqualTo("1 READY, 1 READY, 1 READY, 2 READY");
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    @Tag("J16")
    @Tag("J25")
    void a_log_that_somebody_else_began_anew_is_a_gap() throws Exception {
        insert(4);
        pass();
        source.close();
        insert(4);
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
        insert(4);
        source = source();

        assertThatThrownBy(this::pass).hasMessageContaining("journal gap 2..2 of ledger");
        assertThat(site.told).anyMatch(line -> line.startsWith("DOFULLBCK"));

        pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2 GAP, 3 READY");
    }

    @Test
    @Tag("J6")
    void a_writer_that_does_not_end_is_waited_for_and_named() throws Exception {
        insert(1);
        Wishes wishes = new Wishes();
        wishes.lockTimeout = Duration.ofSeconds(2);
        execute("BEGIN IMMEDIATE");
        try {
            assertThatThrownBy(() -> pass(wishes)).hasStackTraceContaining("no quiet point of ledger came within PT2S");
            assertThat(site.told).anyMatch(line -> line.startsWith("QUIETPTBUSY, held up by"));
            assertThat(site.chain()).isEmpty();
        } finally {
            execute("COMMIT");
        }
        insert(1);
        pass(wishes);
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    @Tag("J18")
    void a_hold_that_was_killed_fails_one_pass_and_the_next_one_tells_what_is_lost() throws Exception {
        insert(3);
        pass();
        holds.kill();
        insert(3);

        assertThatThrownBy(this::pass).hasStackTraceContaining("does so no more");

        pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        assertThat(replayed()).isEqualTo(digest(application));
    }

    /** Its files are lost while it is held, and another process recovers them. */
    @Test
    @Tag("R9")
    @Tag("J25")
    void a_recovery_while_it_is_held_is_no_gap_and_the_new_file_s_log_is_held_and_cut() throws Exception {
        AtomicLong begun = new AtomicLong(1);
        source = source(new FollowedIncarnation(1, begun::get));
        insert(3);
        pass();
        insert(3);
        Journal old = source.look().current().orElseThrow();
        application.close();
        for (String each : List.of("app.db", "app.db-wal", "app.db-shm")) {
            Files.deleteIfExists(home.resolve(each));
        }
        Path staged = Files.copy(base, home.resolve("staged.db"));
        source(FollowedIncarnation.always(1)).beginsAnew(2, any -> staged);
        Files.move(staged, file);
        begun.set(2);
        application = connect(file);
        insert(4);

        assertThat(source.release(old, old.bytes())).isEqualTo(JournalSource.Released.IN_USE);
        assertThat(pass().count()).isEqualTo(1);

        assertThat(logBytes()).isZero();
        assertThat(home.resolve("ledger.cut-2")).doesNotExist();
        insert(2);
        pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2/1 READY, 2/2 READY");
        // nobody but the source merges what is held
        insert(1);
        execute("PRAGMA wal_checkpoint(PASSIVE)");
        insert(1);
        pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2/1 READY, 2/2 READY, 2/3 READY");
    }

    /** It died before the restored file was in place. */
    @Test
    @Tag("R9")
    @Tag("J25")
    @Tag("Q11")
    void a_recovery_that_never_took_place_is_no_gap() throws Exception {
        insert(3);
        pass();
        source.close();
        Path staged = Files.copy(base, home.resolve("staged.db"));

        source(FollowedIncarnation.always(1)).beginsAnew(2, any -> staged);
        source = source();
        insert(3);
        pass();

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
    }

    private WalJournal source(FollowedIncarnation incarnation) throws IOException {
        return new WalJournal(
                JournalSite.NAME,
                incarnation,
                adapter().growingJournal().orElseThrow(),
                site.bench.files,
                site.bench.chain(),
                home.resolve("ledger.cut"));
    }

    @Test
    @Tag("R7")
    void a_backup_in_backup_mode_and_the_journals_from_then_on_make_the_database() throws Exception {
        insert(5);
        pass();
        BackupMode backup = adapter().writer().orElseThrow().begin("sbg-1", Duration.ofMinutes(1), line -> {});
        insert(5);
        Path copied = home.resolve("online.db");
        // by another process, for closing the file in this one would drop its locks
        assertThat(new ProcessBuilder("cp", file.toString(), copied.toString())
                        .start()
                        .waitFor())
                .isZero();
        pass();
        insert(5);
        backup.end(Duration.ofMinutes(1));
        backup.close();
        insert(5);
        pass();
        insert(5);
        pass();

        assertThat(site.chain()).doesNotContain("GAP");
        assertThat(digest(copied)).startsWith("5 rows");
        assertThat(replayed(copied, 2)).isEqualTo(digest(application)).startsWith("25 rows");
    }

    @Test
    @Tag("J20")
    void journals_are_applied_in_order_up_to_a_backup_and_gaps_are_refused() throws Exception {
        insert(4);
        pass();
        insert(4);
        long second = pass().backup().value();
        String then = digest(application);
        insert(4);
        pass();
        Path copy = home.resolve("copy.db");
        Files.copy(base, copy);
        List<String> told = new ArrayList<>();

        List<JournalId> applied = replay().run(order(copy, null, new BackupId(second)), told::add);

        assertThat(applied).containsExactly(new JournalId(1, 1), new JournalId(1, 2));
        assertThat(told).hasSize(3);
        assertThat(told.get(0)).isEqualTo("begins with journal 1; 2 are to be applied, up to 2");
        assertThat(told.get(1)).startsWith("applied journal 1, ");
        assertThat(digest(copy)).isEqualTo(then);
        replay().run(order(copy, 3L, null), told::add);
        assertThat(digest(copy)).isEqualTo(digest(application));

        source.close();
        insert(4);
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
        insert(1);
        source = source();
        assertThatThrownBy(this::pass).hasMessageContaining("journal gap 4..4");
        pass();
        Path other = home.resolve("other.db");
        Files.copy(base, other);
        assertThatThrownBy(() -> replay().run(order(other, 1L, null), told::add))
                .hasMessageContaining("SBG-X002")
                .hasMessageContaining("lacks journal 4");
        assertThatThrownBy(() -> replay().run(order(other, 9L, null), told::add))
                .hasMessageContaining("has no journal 9 in its chain");
        assertThat(other).hasSameBinaryContentAs(base);
        assertThat(replay().run(order(other, null, null), told::add)).containsExactly(new JournalId(1, 5));
        Files.writeString(home.resolve("third.db-wal"), "somebody's");
        Files.copy(base, home.resolve("third.db"));
        assertThatThrownBy(() -> replay().run(order(home.resolve("third.db"), 1L, null), told::add))
                .isInstanceOf(IOException.class);
        assertThat(home.resolve("third.db-wal")).hasContent("somebody's");
    }

    private JournalReplay.Order order(Path to, Long first, BackupId upTo) {
        return new JournalReplay.Order(JournalSite.NAME, to, first, null, upTo, JournalServer.Stretch.ALL);
    }

    private JournalReplay replay() {
        Journals journals = new Journals() {
            @Override
            public Set<String> names() {
                return Set.of(JournalSite.NAME);
            }

            @Override
            public JournalSource source(String name) throws IOException {
                return WalJournalTest.this.source();
            }

            @Override
            public JournalServices services() {
                return site.bench.node().journalServices();
            }
        };
        return new JournalReplay(
                journals,
                new PieceReading(site.bench.catalog(), Decryption.NONE, Runnable::run),
                backup -> site.bench.node().pool.read(backup.files()),
                site.bench.files);
    }

    @Test
    @Tag("J5")
    void with_a_threshold_writers_wait_until_it_is_moved_and_below_it_nothing_is_done() throws Exception {
        Wishes wishes = new Wishes();
        wishes.thresholdBlocks = 100L;
        insert(2);
        assertThat(pass(wishes).hasBackup()).isFalse();
        assertThat(logBytes()).isPositive();
        insert(20);

        JournalResult result = pass(wishes);

        assertThat(result.blocks()).isGreaterThan(100);
        assertThat(logBytes()).isZero();
        assertThat(replayed()).isEqualTo(digest(application));
    }

    @Test
    @Tag("J16")
    void without_a_write_ahead_log_it_is_refused_with_the_command_that_turns_it_on() throws Exception {
        execute("PRAGMA journal_mode = DELETE");

        assertThatThrownBy(this::pass)
                .hasMessageContaining("has no write-ahead log: its journal_mode is delete")
                .hasMessageContaining("PRAGMA journal_mode = WAL");
    }
}
