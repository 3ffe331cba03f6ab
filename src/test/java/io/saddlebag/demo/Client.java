package io.saddlebag.demo;

import io.saddlebag.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client that asks the database a question every few milliseconds, and notes when it got no answer. */
final class Client implements AutoCloseable {
    private static final long EVERY_MILLIS = 20;

    private final PostgresServer server;
    private final Thread thread;
    private final List<Outage> outages = new ArrayList<>();
    private volatile boolean stopping;

    Client(PostgresServer server) {
        this.server = server;
        this.thread = new Thread(this::ask, "client");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ended outages, the oldest first. */
    synchronized List<Outage> outages() {
        return List.copyOf(outages);
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(Duration.ofSeconds(30).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        Instant lastAnswer = Instant.now();
        boolean down = false;
        while (!stopping) {
            boolean answered = answers();
            Instant now = Instant.now();
            if (answered && down) {
                synchronized (this) {
                    outages.add(new Outage(lastAnswer, now));
                }
            }
            if (answered) {
                lastAnswer = now;
            }
            down = !answered;
            try {
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean answers() {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select 1")) {
            return row.next();
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * @param from the last answer before
     * @param to the first answer after
     */
    record Outage(Instant from, Instant to) {
        long millis() {
            return Duration.between(from, to).toMillis();
        }
    }
}
