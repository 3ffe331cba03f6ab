package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * An SQLite database in WAL mode with one writer. After each of its commits the log is copied while a reader, which began before the
 * commit, keeps everybody from beginning it anew: so all that was ever committed is in a copy.
 */
final class JournalingSqlite implements JournalingEngine {
    private static final Path SHELL = Path.of("/usr/bin/sqlite3");
    private static final int HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final String ROWS = "select (select integrity_check from pragma_integrity_check) || ' ' || count(*)"
            + " || ' ' || coalesce(sum(n), 0) || ' ' || coalesce(sum(length(told)), 0) from ledger";

    private final Path file;
    private final Path beginning;
    private final Connection writing;
    private final Connection reading;
    /** By salts, in the order in which they were begun: what is committed. */
    private final Map<String, byte[]> logs = new LinkedHashMap<>();

    private JournalingSqlite(Path file, Path beginning) throws SQLException {
        this.file = file;
        this.beginning = beginning;
        this.writing = connect(file);
        this.reading = connect(file);
    }

    static JournalingSqlite in(Path folder) throws Exception {
        Path file = folder.resolve("app.db");
        Path beginning = folder.resolve("beginning.db");
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("create table ledger (n integer primary key, told text)");
        }
        Files.copy(file, beginning);
        return new JournalingSqlite(file, beginning);
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=60000");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
        return connection;
    }

    private Path log() {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    @Override
    public String journals() {
        return "log";
    }

    @Override
    public String configuration() {
        return "databases:\n  app: { engine: sqlite, file: " + file
                + " }\njournals:\n  log: { source: sqlite, database: app }\n";
    }

    @Override
    public synchronized void work(Random random) throws Exception {
        for (int many = 1 + random.nextInt(12); many > 0; many--) {
            commit(random);
        }
    }

    private void commit(Random random) throws Exception {
        try (Statement reader = reading.createStatement();
                Statement writer = writing.createStatement()) {
            reader.execute("begin");
            try (ResultSet unused = reader.executeQuery("select count(*) from ledger")) {
                assertThat(unused.next()).isTrue();
            }
            try {
                writer.execute("begin immediate");
                for (int many = 1 + random.nextInt(20); many > 0; many--) {
                    writer.execute(
                            "insert into ledger (told) values (hex(randomblob(" + (1 + random.nextInt(400)) + ")))");
                }
                if (random.nextInt(6) == 0) {
                    writer.execute("delete from ledger where n % 13 = " + random.nextInt(13));
                }
                writer.execute(random.nextInt(10) == 0 ? "rollback" : "commit");
                keep();
            } finally {
                reader.execute("commit");
            }
        }
    }

    private void keep() throws IOException {
        byte[] bytes = Files.exists(log()) ? Files.readAllBytes(log()) : new byte[0];
        int committed = committed(bytes);
        if (committed > 0) {
            String salts = new String(bytes, 16, 8, StandardCharsets.ISO_8859_1);
            byte[] before = logs.getOrDefault(salts, new byte[0]);
            assertThat(committed).isGreaterThanOrEqualTo(before.length);
            assertThat(Arrays.mismatch(before, Arrays.copyOf(bytes, before.length)))
                    .isEqualTo(-1);
            logs.put(salts, Arrays.copyOf(bytes, committed));
        }
    }

    /** Up to the last frame that ends a commit and is of this life of the log. */
    private static int committed(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            return 0;
        }
        ByteBuffer log = ByteBuffer.wrap(bytes);
        int pageBytes = log.getInt(8);
        long salts = log.getLong(16);
        int committed = 0;
        int frame = FRAME_HEADER_BYTES + pageBytes;
        for (int at = HEADER_BYTES; at + frame <= bytes.length && log.getLong(at + 8) == salts; at += frame) {
            if (log.getInt(at + 4) != 0) {
                committed = at + frame;
            }
        }
        return committed;
    }

    /** Another process dies in the middle of a transaction whose pages are in the log already. */
    @Override
    public synchronized void crash(Random random) throws Exception {
        if (!Files.isExecutable(SHELL)) {
            return;
        }
        Process shell = new ProcessBuilder(SHELL.toString(), file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (PrintStream in = new PrintStream(shell.getOutputStream(), true, StandardCharsets.UTF_8)) {
            in.println("PRAGMA busy_timeout=20000; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=5; begin immediate;");
            in.println("insert into ledger (told) with recursive c(x) as (select 1 union all select x + 1 from c where"
                    + " x < " + (100 + random.nextInt(400)) + ") select hex(randomblob(300)) from c;");
            Until.passed(20 + random.nextInt(200));
            shell.destroyForcibly();
        } finally {
            assertThat(shell.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Override
    public void settle() throws Exception {
        work(new Random(logs.size()));
    }

    @Override
    public boolean mayDoubt() {
        return true;
    }

    @Override
    public boolean released() throws IOException {
        return !Files.exists(log()) || Files.size(log()) == 0;
    }

    @Override
    public synchronized Map<String, String> history(Iterable<ChainEntry> chain) throws Exception {
        List<byte[]> copies = List.copyOf(logs.values());
        Map<Long, Integer> index = new HashMap<>();
        Map<Long, Long> ends = new TreeMap<>();
        Map<String, String> history = new TreeMap<>();
        for (ChainEntry each : chain) {
            if (each.state().equals("gap")) {
                continue;
            }
            int copy = index.computeIfAbsent(each.sequence(), any -> index.size());
            byte[] bytes = copy < copies.size() ? copies.get(copy) : new byte[0];
            long end = each.from() + each.bytes();
            assertThat(each.from()).as(each.toString()).isEqualTo(ends.getOrDefault(each.sequence(), 0L));
            ends.put(each.sequence(), end);
            history.put(
                    each.key(),
                    end <= bytes.length ? Sha256.of(bytes, (int) each.from(), (int) end) : "more than was committed");
        }
        // all logs, and each to its end
        assertThat(ends.values())
                .containsExactlyElementsOf(
                        copies.stream().map(each -> (long) each.length).toList());
        return history;
    }

    @Override
    public void requireRecovered(Path home, Path scratch, Iterable<ChainEntry> chain) throws Exception {
        Path back = Files.copy(beginning, scratch.resolve("app.db"));
        long first = Long.MAX_VALUE;
        for (ChainEntry each : chain) {
            if (each.state().equals("gap")) {
                // one that is none, as the bytes have shown; no recovery goes past it
                return;
            }
            first = Math.min(first, each.sequence());
        }
        CommandLineInProcess.run(home, "journal", "apply", "log", back.toString(), "--first", Long.toString(first))
                .ok();
        assertThat(rows(back)).isEqualTo(rows(file)).startsWith("ok ");
    }

    private static String rows(Path database) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(ROWS)) {
            return answer.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        reading.close();
        writing.close();
    }
}
