package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write without a pause, unless they are given one, each on one connection that it keeps. Row n goes into two tables in one transaction, which
 * also takes row n - {@value #KEPT} out of both and changes some other row; each client knows when each of its rows was sent and
 * acknowledged. So whatever is restored can be held against the one instant that it must be of.
 */
final class PairedWrites implements AutoCloseable {
    static final int KEPT = 500;
    private static final int CHURNED = 400;
    private static final int TOLD = 100;
    /** Times of so many of the newest rows are known. */
    private static final int KNOWN = 1 << 18;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final List<Client> clients = new ArrayList<>();
    private final Manner manner;
    private final Semaphore turns;
    private volatile boolean ended;

    private PairedWrites(Manner manner) {
        this.manner = manner;
        this.turns = new Semaphore(manner.atOnce(), true);
    }

    /**
     * How an engine is written to.
     *
     * @param begin the statement that begins a transaction; empty: the driver does that
     * @param atOnce clients that write at a time: with SQLite those that wait for each other take turns badly
     * @param pause of each client between two transactions
     */
    record Manner(String begin, int atOnce, Duration pause) {
        Manner(String begin, int atOnce) {
            this(begin, atOnce, Duration.ZERO);
        }

        /** For tests that need clients who write, and the processors for something else. */
        Manner pausing(Duration between) {
            return new Manner(begin, atOnce, between);
        }

        static final Manner ANY = new Manner("begin", 100);
        /** For engines without such a statement. */
        static final Manner JDBC = new Manner("", 100);
    }

    /** How to reach the database. */
    interface Door {
        Connection open() throws SQLException;
    }

    static void prepare(Door door) throws SQLException {
        try (Connection connection = door.open();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("debit", "credit")) {
                statement.execute("create table " + table
                        + " (client int not null, n bigint not null, told varchar(200), primary key (client, n))");
            }
            statement.execute("create table churn (id int not null primary key, told varchar(200))");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("insert into churn values (?, ?)")) {
                for (int id = 0; id < CHURNED; id++) {
                    insert.setInt(1, id);
                    insert.setString(2, "x".repeat(TOLD));
                    insert.execute();
                }
            }
            connection.commit();
        }
    }

    static PairedWrites start(Door door, int clients, Manner manner, long seed) throws SQLException {
        PairedWrites writes = new PairedWrites(manner);
        for (int i = 0; i < clients; i++) {
            Client client = writes.new Client(door.open(), i, seed);
            writes.clients.add(client);
            client.thread.start();
        }
        return writes;
    }

    /** Waits until each client has had so many more rows acknowledged on its connection. */
    void awaitRows(int more) throws Exception {
        for (Client client : clients) {
            long from = client.acknowledged;
            Until.holds("client " + client.number + " writes", Site.PATIENT, () -> {
                client.requireAlive();
                return client.acknowledged >= from + more;
            });
        }
    }

    long rows() {
        return clients.stream().mapToLong(client -> client.acknowledged).sum();
    }

    /** The longest that any row took from being sent to being acknowledged, of those under way between two instants. */
    Duration longestWait(Instant from, Instant to) {
        long longest = 0;
        for (Client client : clients) {
            longest = Math.max(longest, client.longestWait(micros(from), micros(to)));
        }
        return Duration.of(longest, ChronoUnit.MICROS);
    }

    /**
     * Checks that a copy is the database as it was at one instant between two others: with every row that had been acknowledged
     * then, of whatever client, and none that was sent later; and that the two tables agree.
     */
    void requireOneInstant(Connection copy, Instant earliest, Instant latest, String of) throws SQLException {
        long notBefore = 0;
        long notAfter = UNKNOWN;
        for (Client client : clients) {
            long most = client.requirePairs(copy, of);
            notBefore = Math.max(notBefore, client.sentAt(most));
            notAfter = Math.min(notAfter, client.acknowledgedAt(most + 1));
        }
        assertThat(notBefore).as(of + ": it is of one instant").isLessThanOrEqualTo(notAfter);
        assertThat(notAfter)
                .as(of + ": all that was acknowledged before is there")
                .isGreaterThanOrEqualTo(micros(earliest));
        assertThat(notBefore).as(of + ": nothing later is there").isLessThanOrEqualTo(micros(latest));
        assertThat(number(copy, "select count(*) from churn where length(told) = " + TOLD))
                .as(of + ": other rows")
                .isEqualTo(CHURNED);
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getLong(1);
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** Ends the clients; none of them has lost its connection. */
    void stop() {
        close();
        clients.forEach(Client::requireAlive);
    }

    @Override
    public void close() {
        ended = true;
        try {
            for (Client client : clients) {
                client.thread.join(Site.PATIENT.toMillis());
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Client {
        final Thread thread = new Thread(this::write, "paired-writes");
        private final Connection connection;
        private final int number;
        private final Random random;
        private final long[] sent = new long[KNOWN];
        private final long[] done = new long[KNOWN];
        private volatile long begun;
        private volatile long acknowledged;
        private volatile @Nullable Exception failure;

        Client(Connection connection, int number, long seed) {
            this.connection = connection;
            this.number = number;
            this.random = new Random(seed * 31 + number);
        }

        private void write() {
            try (connection;
                    Statement control = connection.createStatement();
                    Transactions transactions = new Transactions(connection, number)) {
                for (long n = 1; !ended; n++) {
                    String told = told();
                    int id = random.nextInt(CHURNED);
                    sent[(int) (n % KNOWN)] = micros(Instant.now());
                    begun = n;
                    turns.acquireUninterruptibly();
                    try {
                        begin(control);
                        transactions.write(n, told, id);
                        commit(control);
                    } finally {
                        turns.release();
                    }
                    done[(int) (n % KNOWN)] = micros(Instant.now());
                    acknowledged = n;
                    LockSupport.parkNanos(manner.pause().toNanos());
                }
            } catch (SQLException | RuntimeException e) {
                failure = e;
            }
        }

        private void begin(Statement control) throws SQLException {
            if (manner.begin().isEmpty()) {
                connection.setAutoCommit(false);
            } else {
                control.execute(manner.begin());
            }
        }

        private void commit(Statement control) throws SQLException {
            if (manner.begin().isEmpty()) {
                connection.commit();
            } else {
                control.execute("commit");
            }
        }

        private String told() {
            StringBuilder told = new StringBuilder();
            while (told.length() < TOLD) {
                told.append(Long.toHexString(random.nextLong()));
            }
            return told.substring(0, TOLD);
        }

        private long sentAt(long n) {
            assertThat(n).as("a row that was sent, of client " + number).isLessThanOrEqualTo(begun);
            return n == 0 ? 0 : known(sent, n);
        }

        private long acknowledgedAt(long n) {
            return n > acknowledged ? UNKNOWN : known(done, n);
        }

        private long known(long[] times, long n) {
            assertThat(n).as("not too old").isGreaterThan(begun - KNOWN + 1);
            return times[(int) (n % KNOWN)];
        }

        long longestWait(long from, long to) {
            long longest = 0;
            for (long n = acknowledged; n > 0 && n > begun - KNOWN + 1; n--) {
                if (known(done, n) < from) {
                    break;
                }
                if (known(sent, n) <= to) {
                    longest = Math.max(longest, known(done, n) - known(sent, n));
                }
            }
            return longest;
        }

        /** @return the last row */
        long requirePairs(Connection copy, String of) throws SQLException {
            String who = of + ": client " + number;
            long most = 0;
            for (String table : List.of("debit", "credit")) {
                String from = " from " + table + " where client = " + number;
                most = number(copy, "select coalesce(max(n), 0)" + from);
                assertThat(number(copy, "select count(*)" + from))
                        .as(who + " has no gap in " + table + " below " + most)
                        .isEqualTo(Math.min(most, KEPT));
                assertThat(number(copy, "select coalesce(min(n), 0)" + from))
                        .as(who + ", oldest row in " + table)
                        .isEqualTo(most == 0 ? 0 : Math.max(1, most - KEPT + 1));
            }
            assertThat(number(
                            copy,
                            "select count(*) from debit join credit on debit.client = credit.client and debit.n = credit.n"
                                    + " and debit.told = credit.told where debit.client = " + number))
                    .as(who + ": both tables agree")
                    .isEqualTo(Math.min(most, KEPT));
            return most;
        }

        void requireAlive() {
            Exception failed = failure;
            if (failed != null) {
                throw new AssertionError("client " + number + " lost its connection", failed);
            }
        }
    }

    private static final class Transactions implements AutoCloseable {
        private final List<PreparedStatement> inserts;
        private final List<PreparedStatement> deletes;
        private final PreparedStatement churn;
        private final int client;

        Transactions(Connection connection, int client) throws SQLException {
            this.client = client;
            inserts = List.of(
                    connection.prepareStatement("insert into debit values (?, ?, ?)"),
                    connection.prepareStatement("insert into credit values (?, ?, ?)"));
            deletes = List.of(
                    connection.prepareStatement("delete from debit where client = ? and n = ?"),
                    connection.prepareStatement("delete from credit where client = ? and n = ?"));
            churn = connection.prepareStatement("update churn set told = ? where id = ?");
        }

        void write(long n, String told, int id) throws SQLException {
            for (PreparedStatement insert : inserts) {
                insert.setInt(1, client);
                insert.setLong(2, n);
                insert.setString(3, told);
                insert.execute();
            }
            if (n > KEPT) {
                for (PreparedStatement delete : deletes) {
                    delete.setInt(1, client);
                    delete.setLong(2, n - KEPT);
                    delete.execute();
                }
            }
            churn.setString(1, told);
            churn.setInt(2, id);
            churn.execute();
        }

        @Override
        public void close() throws SQLException {
            for (PreparedStatement each : inserts) {
                each.close();
            }
            for (PreparedStatement each : deletes) {
                each.close();
            }
            churn.close();
        }
    }
}
