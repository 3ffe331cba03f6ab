package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Online backup after online backup of an engine that is written to without a pause. Each is restored elsewhere while the writing
 * goes on, opened by a server of its own, checked by the engine, and held against the one instant that it must be of.
 */
final class ConsistencyRounds {
    /** In the build. */
    static final int FEW = 3;

    static final int MANY = Integer.getInteger("saddlebag.online.backups", 200);
    private static final long SEED = Long.getLong("saddlebag.seed", 1);
    private static final int CLIENTS = 3;
    private static final Path FIGURES = Path.of("target/online-backups.txt");

    private final OnlineSource engine;
    private final Path folder;
    private final List<Long> freezes = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();

    ConsistencyRounds(OnlineSource engine, Path folder) {
        this.engine = engine;
        this.folder = folder;
    }

    void run(int rounds) throws Exception {
        String of = engine.database() + ", seed " + SEED + " (-Dsaddlebag.seed)";
        PairedWrites.prepare(engine::connect);
        try (Connection idle = engine.connect();
                NodeProcess node = NodeProcess.start(engine.home(), folder.resolve("node.log"));
                PairedWrites writes = PairedWrites.start(engine::connect, CLIENTS, engine.manner(), SEED)) {
            String session = ask(idle, engine.session());
            writes.awaitRows(20);
            for (int round = 0; round < rounds; round++) {
                round(node, writes, of + ", backup " + (round + 1), round);
                assertThat(ask(idle, engine.session()))
                        .as(of + ": an idle client is still connected")
                        .isEqualTo(session);
            }
            writes.awaitRows(1);
            writes.stop();
            report(of, rounds, writes.rows());
        }
    }

    private void round(NodeProcess node, PairedWrites writes, String of, int round) throws Exception {
        String provider = engine.providers().get(round % engine.providers().size());
        JsonNode job = OnlineSite.only(node.done(
                        "backup",
                        engine.database(),
                        "--online",
                        "--pool",
                        "disk",
                        "--family",
                        "nightly",
                        "--provider",
                        provider,
                        "--json")
                .json());
        writes.awaitRows(1);
        assertThat(job.path("figures").path("outcome").asText()).as(of).isEqualTo("DATABASE_FULL");
        freezes.add(job.path("figures").path("freeze-ms").asLong(-1));
        waits.add(writes.longestWait(
                        OnlineSite.time(job, "begin", "started"),
                        Instant.parse(job.path("ended").asText()))
                .toMillis());
        requireRestorable(engine, folder, node, writes, job, of + " (" + provider + ")");
        deleteImages(folder.resolve("home/pool"));
    }

    /**
     * Restores the newest backup elsewhere, has the engine open and check it, and holds it against the instant that the job was at;
     * leaves nothing of it.
     */
    static void requireRestorable(
            OnlineSource engine, Path folder, NodeProcess node, PairedWrites writes, JsonNode job, String of)
            throws Exception {
        Span span = span(engine, job, of);
        Path restored = folder.resolve("restored");
        Path inPlace = restored.resolve("copy");
        node.done("restore", engine.database(), "--to", restored.toString(), "--map", engine.place() + "=" + inPlace);
        try (OnlineSource.Copy copy = engine.open(inPlace);
                Connection connection = copy.connect()) {
            writes.requireOneInstant(connection, span.earliest(), span.latest(), of);
        }
        delete(restored);
    }

    /** Between two instants, both counted. */
    private record Span(Instant earliest, Instant latest) {}

    /** While the engine held its writes, where it does; else the step in which the instant is that the engine promises. */
    private static Span span(OnlineSource engine, JsonNode job, String of) {
        String from = job.path("figures").path("frozen-from").asText();
        String until = job.path("figures").path("frozen-until").asText();
        assertThat(!from.isEmpty()).as(of + ": whether the engine holds writes").isEqualTo(engine.holdsWrites());
        if (engine.holdsWrites()) {
            return new Span(Instant.parse(from), Instant.parse(until));
        }
        String step = engine.step(job.path("figures").path("snapshot-provider").asText("none"));
        return new Span(
                OnlineSite.time(job, step, "started"),
                // steps are noted in whole milliseconds
                OnlineSite.time(job, step, "ended").plus(Duration.ofMillis(1)));
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        }
    }

    private void report(String of, int rounds, long rows) throws IOException {
        String line =
                of + ": " + rounds + " backups equal to one instant each while " + rows + " rows were written; freeze "
                        + figures(freezes) + ", longest commit during a backup " + figures(waits);
        System.out.println(line);
        Files.writeString(FIGURES, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String figures(List<Long> millis) {
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return "median " + sorted.get(sorted.size() / 2) + " ms, worst " + sorted.get(sorted.size() - 1) + " ms";
    }

    /** The room that they take is needed for the next. */
    static void deleteImages(Path pool) throws IOException {
        try (Stream<Path> all = Files.list(pool)) {
            for (Path each : all.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList()) {
                delete(each);
            }
        }
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
