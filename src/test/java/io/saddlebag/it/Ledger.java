package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each write rows 1, 2, 3, ... without a pause, each in a transaction of its own, and know when each was sent and
 * when it was acknowledged. Each keeps its one connection. Rows are updated and deleted again, so that pages are rewritten.
 */
final class Ledger implements AutoCloseable {
    private static final int PADDING = 400;

    private final List<Client> clients = new ArrayList<>();
    private volatile boolean ended;

    private Ledger() {}

    /** Makes the table. */
    static void prepare(PostgresServer server, int rows) throws SQLException {
        server.execute("create table ledger (client int, n bigint, told text, primary key (client, n))");
        server.execute("create table churn (id int primary key, told text)");
        server.execute("insert into churn select n, repeat(md5(n::text), 20) from generate_series(1, " + rows + ") n");
        server.execute("checkpoint");
    }

    static Ledger start(PostgresServer server, int clients, long seed) throws SQLException {
        Ledger ledger = new Ledger();
        for (int i = 0; i < clients; i++) {
            long next = Long.parseLong(server.ask("select coalesce(max(n), 0) from ledger where client = " + i));
            Client client = ledger.new Client(server.connect(), i, next, seed);
            ledger.clients.add(client);
            client.thread.start();
        }
        return ledger;
    }

    /** Waits until each client has had so many more rows acknowledged. */
    void awaitRows(int more) throws Exception {
        for (Client client : clients) {
            long from = client.acknowledged();
            Until.holds("client " + client.number + " writes", Site.PATIENT, () -> {
                client.requireAlive();
                return client.acknowledged() >= from + more;
            });
        }
    }

    /** Ends the clients; none of them has lost its connection. */
    void stop() throws InterruptedException {
        end();
        for (Client client : clients) {
            client.requireAlive();
        }
    }

    private void end() throws InterruptedException {
        ended = true;
        for (Client client : clients) {
            client.thread.join(Site.PATIENT.toMillis());
        }
    }

    @Override
    public void close() {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Checks that the server holds of each client the rows 1 to some n, all that were acknowledged before the first instant, and
     * none that was sent after the second.
     */
    void requirePrefix(PostgresServer server, Instant before, Instant after, String of) throws SQLException {
        for (Client client : clients) {
            String where = " from ledger where client = " + client.number;
            long count = Long.parseLong(server.ask("select count(*)" + where));
            long most = Long.parseLong(server.ask("select coalesce(max(n), 0)" + where));
            assertThat(most).as(of + ": no gap in client " + client.number).isEqualTo(count);
            assertThat(server.ask("select count(*)" + where + " and told <> repeat(md5(client || ' ' || n), 8)"))
                    .as(of + ": no torn row")
                    .isEqualTo("0");
            assertThat(most)
                    .as(of + ": nothing acknowledged is missing")
                    .isGreaterThanOrEqualTo(client.acknowledgedBy(before));
            assertThat(most).as(of + ": nothing later is there").isLessThanOrEqualTo(client.sentBy(after));
        }
        // indexes and tables agree
        server.execute("set enable_seqscan = off");
        assertThat(server.ask("select count(*) from churn where length(told) <> 640"))
                .isEqualTo("0");
    }

    private final class Client {
        final Thread thread = new Thread(this::write, "ledger");
        private final Connection connection;
        private final int number;
        private final long first;
        private final Random random;
        private final List<Instant> sent = Collections.synchronizedList(new ArrayList<>());
        private final List<Instant> acknowledged = Collections.synchronizedList(new ArrayList<>());
        private volatile @Nullable Exception failure;

        Client(Connection connection, int number, long first, long seed) {
            this.connection = connection;
            this.number = number;
            this.first = first;
            this.random = new Random(seed * 31 + number);
        }

        private void write() {
            try (connection;
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into ledger values (?, ?, repeat(md5(? || ' ' || ?), 8))");
                    PreparedStatement churn =
                            connection.prepareStatement("update churn set told = repeat(md5(?), 20) where id = ?")) {
                connection.setAutoCommit(false);
                for (long n = first + 1; !ended; n++) {
                    sent.add(Instant.now());
                    insert.setInt(1, number);
                    insert.setLong(2, n);
                    insert.setString(3, Integer.toString(number));
                    insert.setString(4, Long.toString(n));
                    insert.execute();
                    churn.setString(1, Long.toString(random.nextLong()));
                    churn.setInt(2, 1 + random.nextInt(PADDING));
                    churn.execute();
                    connection.commit();
                    acknowledged.add(Instant.now());
                }
            } catch (SQLException | RuntimeException e) {
                failure = e;
            }
        }

        long acknowledged() {
            return first + acknowledged.size();
        }

        long acknowledgedBy(Instant instant) {
            synchronized (acknowledged) {
                return first
                        + acknowledged.stream()
                                .filter(each -> !each.isAfter(instant))
                                .count();
            }
        }

        long sentBy(Instant instant) {
            synchronized (sent) {
                return first
                        + sent.stream().filter(each -> !each.isAfter(instant)).count();
            }
        }

        void requireAlive() {
            Exception failed = failure;
            if (failed != null) {
                throw new AssertionError("client " + number + " lost its connection", failed);
            }
        }
    }
}
