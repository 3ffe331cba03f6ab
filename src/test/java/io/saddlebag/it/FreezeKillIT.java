package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever takes part in an online backup is killed, or hangs, at random instants of its backup mode and its freeze, while clients write. No
 * client waits for longer than the freeze's limit, and the database leaves backup mode, with nobody's help. Now and then the
 * backup is repeated, and restored; in the end all that was acknowledged is there.
 *
 * <p>One server and its clients see all seeds. Who hangs costs as long as the leases last, which are short here; and a killed
 * node is followed by one whose Java runs already, with its classes in an archive. The clients pause for moments.
 */
class FreezeKillIT {
    static final OnlineSource.Limits LIMITS =
            new OnlineSource.Limits(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(4));

    private static final int SEEDS = Integer.getInteger("saddlebag.freeze.kills", 500);
    private static final int FEW = 3;
    private static final int FIRST = Integer.getInteger("saddlebag.seed", 1);
    private static final int CLIENTS = 2;
    /** Some transactions are always under way; without it they would take what the processors have. */
    private static final Duration PAUSE = Duration.ofMillis(5);

    private static final int BETWEEN_REPEATS = 25;
    /** On a busy machine even leases of the usual length may be too short. */
    private static final int MOST_REPEATS = 3;

    private static final Path FIGURES = Path.of("target/freeze-kills.txt");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final Map<String, Integer> came = new TreeMap<>();
    private Duration longestWait = Duration.ZERO;
    private int repeats;

    @ParameterizedTest
    @CsvSource({"mariadb,btrfs", "derby,btrfs", "postgresql,freeze", "sqlite,freeze"})
    @Tag("W7")
    @Tag("W20")
    void who_dies_in_a_freeze_leaves_nothing_frozen(String engine, String provider) throws Exception {
        strike(engine, provider, FEW);
    }

    @ParameterizedTest
    @CsvSource({"mariadb,btrfs", "derby,btrfs", "postgresql,freeze", "sqlite,freeze"})
    @Tag("long")
    @Tag("W7")
    @Tag("W20")
    @Tag("Q11")
    void who_dies_in_500_freezes_leaves_nothing_frozen(String engine, String provider) throws Exception {
        strike(engine, provider, SEEDS);
    }

    static OnlineSource source(String engine, Path folder, String provider, OnlineSource.Limits limits)
            throws Exception {
        return switch (engine) {
            case "mariadb" -> MariadbSource.on(folder, provider, limits);
            case "derby" -> DerbySource.on(folder, provider, limits);
            case "postgresql" -> PostgresSource.on(folder, provider, limits);
            default -> SqliteSource.on(folder, provider, limits);
        };
    }

    private void strike(String engine, String provider, int seeds) throws Exception {
        long begin = System.nanoTime();
        try (OnlineSource source = source(engine, folder, provider, LIMITS)) {
            PairedWrites.prepare(source::connect);
            ArchivedClasses classes = ArchivedClasses.in(folder);
            try (PairedWrites writes = PairedWrites.start(
                            source::connect, CLIENTS, source.manner().pausing(PAUSE), FIRST);
                    SpareNodes nodes = new SpareNodes(
                            source.home(),
                            folder.resolve("node.log"),
                            classes,
                            SnapshotGate.in(folder.resolve("gate")))) {
                nodes.make(node -> repeat(source, provider, node, writes, "before"));
                for (int seed = FIRST; seed < FIRST + seeds; seed++) {
                    strike(source, provider, nodes, writes, seed);
                    if ((seed - FIRST + 1) % BETWEEN_REPEATS == 0) {
                        repeat(source, provider, nodes.current(), writes, "after seed " + seed);
                    }
                }
                repeat(source, provider, nodes.current(), writes, "after all");
                writes.stop();
                try (Connection live = source.connect()) {
                    writes.requireOneInstant(live, Instant.now(), Instant.now(), "the database itself");
                }
            }
        }
        note(engine + " on " + provider + ": seeds " + FIRST + " to " + (FIRST + seeds - 1) + " in "
                + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s, longest commit "
                + longestWait.toMillis() + " ms, " + repeats + " repeated and restored, " + came);
        assertThat(came.keySet()).as("whom the strikes hit").anyMatch(each -> each.contains("writes stood still"));
    }

    private void strike(OnlineSource source, String provider, SpareNodes nodes, PairedWrites writes, int seed)
            throws Exception {
        FreezeStrike strike = new FreezeStrike(source, provider, nodes, writes, seed);
        try {
            FreezeStrike.Result result = strike.run();
            longestWait = longestWait.compareTo(result.longestWait()) > 0 ? longestWait : result.longestWait();
            came.merge(result.what(), 1, Integer::sum);
            note(strike.of() + ": " + result);
        } catch (Throwable failed) {
            note(strike.of() + ": FAILED " + failed.getMessage());
            throw failed;
        }
        ConsistencyRounds.deleteImages(source.home().resolve("pool"));
    }

    /** The same backup again, to its end, and restored elsewhere. */
    private void repeat(OnlineSource source, String provider, NodeProcess node, PairedWrites writes, String when)
            throws Exception {
        configure(source, LIMITS, OnlineSource.Limits.WIDE);
        String[] command = FreezeStrike.backup(source, provider);
        Said said = node.run(command);
        for (int i = 1; i < MOST_REPEATS && said.code() != 0; i++) {
            note(source.database() + ", repeat " + when + ": " + said.err().strip());
            said = node.run(command);
        }
        JsonNode job = OnlineSite.only((said.code() == 0 ? said : node.done(command)).json());
        writes.awaitRows(1);
        ConsistencyRounds.requireRestorable(source, folder, node, writes, job, source.database() + ", repeat " + when);
        ConsistencyRounds.deleteImages(source.home().resolve("pool"));
        configure(source, OnlineSource.Limits.WIDE, LIMITS);
        repeats++;
    }

    /** A backup that nobody disturbs has the time that it takes on a busy machine. */
    private static void configure(OnlineSource source, OnlineSource.Limits from, OnlineSource.Limits to)
            throws IOException {
        Path file = source.home().resolve("config/saddlebag.yaml");
        String before = Files.readString(file);
        String after = before.replace(from.options(), to.options()).replace(from.lines(), to.lines());
        assertThat(after).isNotEqualTo(before);
        Files.writeString(file, after);
    }

    private static void note(String line) throws IOException {
        System.out.println(line);
        Files.writeString(
                FIGURES, Instant.now() + " " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
