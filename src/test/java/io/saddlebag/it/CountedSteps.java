package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Two clients that count in several databases, each in a row of its own: one writes each number to the first database, and when that has
 * committed to the second, and so on; the other one goes from the last to the first. So at any instant no database is ahead of the one
 * before it in a client's order, nor more than one behind the first; and copies of different instants would be, for one of the two.
 */
final class CountedSteps implements AutoCloseable {
    private static final long PAUSE_NANOS = 2_000_000;
    private static final long RETRY_NANOS = 20_000_000;

    private final List<Client> clients;
    private volatile boolean ended;

    private CountedSteps(List<? extends OnlineSource> databases) {
        List<OnlineSource> reverse = new ArrayList<>(databases);
        Collections.reverse(reverse);
        clients = List.of(new Client("forth", databases), new Client("back", reverse));
    }

    static CountedSteps start(List<? extends OnlineSource> databases) throws SQLException {
        for (OnlineSource each : databases) {
            try (Connection connection = each.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table steps (client varchar(10) not null primary key, n bigint)");
                statement.execute("insert into steps values ('forth', 0), ('back', 0)");
            }
        }
        CountedSteps made = new CountedSteps(databases);
        made.clients.forEach(Thread::start);
        return made;
    }

    /** One way. */
    private final class Client extends Thread {
        private final String name;
        private final List<OnlineSource> order;
        private final AtomicLong done = new AtomicLong();

        Client(String name, List<? extends OnlineSource> order) {
            super(name);
            this.name = name;
            this.order = List.copyOf(order);
        }

        @Override
        public void run() {
            List<KeptConnection> kept = new ArrayList<>();
            order.forEach(each -> kept.add(new KeptConnection(each::connect)));
            for (long n = 1; !ended; n++) {
                for (KeptConnection each : kept) {
                    count(each, n);
                }
                if (!ended) {
                    done.set(n);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            kept.forEach(KeptConnection::close);
        }

        /** Until it is acknowledged; the same number twice is the same. */
        private void count(KeptConnection to, long n) {
            while (!ended) {
                try {
                    to.run("update steps set n = " + n + " where client = '" + name + "'");
                    return;
                } catch (SQLException refused) {
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }
    }

    /** Numbers that each client has in all databases. */
    List<Long> done() {
        return clients.stream().map(each -> each.done.get()).toList();
    }

    /** Until each has so many more. */
    void await(int more) throws Exception {
        List<Long> before = done();
        Until.holds("both clients count on from " + before, GroupSite.PATIENT, () -> {
            List<Long> now = done();
            return now.get(0) >= before.get(0) + more && now.get(1) >= before.get(1) + more;
        });
    }

    void stop() throws InterruptedException {
        ended = true;
        for (Client each : clients) {
            each.join();
        }
    }

    /**
     * The databases are as they were at one instant.
     *
     * @param from what each client had in all of them before
     * @param to what each client had in all of them later
     */
    void requireOneInstant(String of, List<Long> from, List<Long> to) throws SQLException {
        for (int i = 0; i < clients.size(); i++) {
            Client client = clients.get(i);
            List<Long> found = new ArrayList<>();
            for (OnlineSource each : client.order) {
                found.add(number(each, client.name));
            }
            String what = of + ", " + client.name + " " + found + " in "
                    + client.order.stream().map(OnlineSource::database).toList();
            assertThat(found).as(what).isSortedAccordingTo(Collections.reverseOrder());
            long first = found.get(0);
            long last = found.get(found.size() - 1);
            assertThat(last).as(what).isBetween(Math.max(from.get(i), first - 1), to.get(i) + 1);
        }
    }

    private static long number(OnlineSource database, String client) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select n from steps where client = '" + client + "'")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
