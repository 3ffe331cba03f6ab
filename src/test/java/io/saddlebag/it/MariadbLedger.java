package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.MariadbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each write rows 1, 2, 3, ... without a pause, each in a transaction of its own, and know when each was sent and
 * when it was acknowledged. Each keeps its one connection. The last client's table has no transactions.
 */
final class MariadbLedger implements AutoCloseable {
    private static final int CHURNED = 500;
    private static final int WITHOUT_TRANSACTIONS = 2;

    private final List<Client> clients = new ArrayList<>();
    private volatile boolean ended;

    private MariadbLedger() {}

    /** Makes the tables. */
    static void prepare(MariadbServer server) throws SQLException {
        server.execute("create database shop character set utf8mb4 collate utf8mb4_general_ci");
        for (int i = 0; i <= WITHOUT_TRANSACTIONS; i++) {
            server.execute("create table shop.ledger" + i + " (n bigint primary key, told text) engine="
                    + (i == WITHOUT_TRANSACTIONS ? "myisam" : "innodb"));
        }
        server.execute(
                "create table shop.churn (id int primary key, told text, key (told(40)))",
                "insert into shop.churn select seq, repeat(md5(seq), 20) from shop.seq_1_to_" + CHURNED);
    }

    static MariadbLedger start(MariadbServer server, long seed) throws SQLException {
        MariadbLedger ledger = new MariadbLedger();
        for (int i = 0; i <= WITHOUT_TRANSACTIONS; i++) {
            long next = Long.parseLong(server.ask("select coalesce(max(n), 0) from shop.ledger" + i));
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

    /**
     * Checks that the server holds of each client the rows 1 to some n, all that were acknowledged before the first instant, and
     * none that was sent after the second.
     */
    void requirePrefix(MariadbServer server, Instant before, Instant after, String of) throws SQLException {
        for (Client client : clients) {
            String from = " from shop.ledger" + client.number;
            long count = Long.parseLong(server.ask("select count(*)" + from));
            long most = Long.parseLong(server.ask("select coalesce(max(n), 0)" + from));
            assertThat(most).as(of + ": no gap in client " + client.number).isEqualTo(count);
            assertThat(server.ask("select count(*)" + from + " where told <> repeat(md5(n), 8)"))
                    .as(of + ": no torn row")
                    .isEqualTo("0");
            assertThat(most)
                    .as(of + ": nothing acknowledged is missing of client " + client.number)
                    .isGreaterThanOrEqualTo(client.first + by(client.acknowledged, before));
            assertThat(most)
                    .as(of + ": nothing later is there of client " + client.number)
                    .isLessThanOrEqualTo(client.first + by(client.sent, after));
        }
        assertThat(server.ask("select count(*) from shop.churn where length(told) <> 640"))
                .isEqualTo("0");
    }

    private static long by(List<Instant> instants, Instant instant) {
        synchronized (instants) {
            return instants.stream().filter(each -> !each.isAfter(instant)).count();
        }
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
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(number == WITHOUT_TRANSACTIONS);
                for (long n = first + 1; !ended; n++) {
                    sent.add(Instant.now());
                    statement.execute(
                            "insert into shop.ledger" + number + " values (" + n + ", repeat(md5(" + n + "), 8))");
                    if (number != WITHOUT_TRANSACTIONS) {
                        statement.execute("update shop.churn set told = repeat(md5(" + random.nextLong()
                                + "), 20) where id = " + (1 + random.nextInt(CHURNED)));
                        connection.commit();
                    }
                    acknowledged.add(Instant.now());
                }
            } catch (SQLException | RuntimeException e) {
                failure = e;
            }
        }

        long acknowledged() {
            return first + acknowledged.size();
        }

        void requireAlive() {
            Exception failed = failure;
            if (failed != null) {
                throw new AssertionError("client " + number + " lost its connection", failed);
            }
        }
    }
}
