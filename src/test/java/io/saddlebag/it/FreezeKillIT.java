package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever takes part in an online backup is killed, or hangs, at random instants around its freeze, while clients write. No
 * client waits for longer than the freeze's limit, and the database leaves backup mode, with nobody's help.
 */
class FreezeKillIT {
    private static final int SEEDS = Integer.getInteger("saddlebag.freeze.kills", 500);
    private static final int FEW = 3;
    private static final int FIRST = Integer.getInteger("saddlebag.seed", 1);
    /** As configured, and what a busy machine takes to thaw, or to commit at all. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5).plusSeconds(10);

    /** Lease and the engine's own time limit, as configured, and as long again on a busy machine. */
    private static final Duration OUT_OF_BACKUP_MODE = Duration.ofSeconds(2 * (20 + 40));

    private static final int CLIENTS = 2;
    private static final int BETWEEN_BACKUPS = 25;
    /** After what is waited for: a freeze and what comes around it takes less. */
    private static final int SPREAD_MILLIS = 150;

    private static final Path FIGURES = Path.of("target/freeze-kills.txt");

    @TempDir
    Path folder;

    private final Map<String, Integer> came = new TreeMap<>();

    /** Who is struck. */
    private enum Victim {
        NODE("KILL", ""),
        NODE_HANGS("STOP", ""),
        GUARD("KILL", "io.saddlebag.app.Guard"),
        /** SQLite's process that pins the file. */
        HELPER("KILL", "io.saddlebag.app.SqlitePin");

        private final String signal;
        private final String program;

        Victim(String signal, String program) {
            this.signal = signal;
            this.program = program;
        }
    }

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

    private OnlineSource source(String engine, String provider) throws Exception {
        return switch (engine) {
            case "mariadb" -> MariadbSource.on(folder, provider);
            case "derby" -> DerbySource.on(folder, provider);
            case "postgresql" -> PostgresSource.on(folder, provider);
            default -> SqliteSource.on(folder, provider);
        };
    }

    private void strike(String engine, String provider, int seeds) throws Exception {
        Duration longest = Duration.ZERO;
        try (OnlineSource source = source(engine, provider)) {
            PairedWrites.prepare(source::connect);
            NodeProcess node = NodeProcess.start(source.home(), folder.resolve("node.log"));
            try (PairedWrites writes = PairedWrites.start(source::connect, CLIENTS, source.manner(), FIRST)) {
                node.done(backup(source, provider));
                for (int seed = FIRST; seed < FIRST + seeds; seed++) {
                    Strike strike = new Strike(source, provider, node, writes, seed);
                    node = strike.run();
                    longest = longest.compareTo(strike.longestWait) > 0 ? longest : strike.longestWait;
                    if (seed % BETWEEN_BACKUPS == 0) {
                        node.done(backup(source, provider));
                    }
                }
                node.done(backup(source, provider));
                writes.stop();
            } finally {
                node.close();
            }
        }
        String line = engine + " on " + provider + ": seeds " + FIRST + " to " + (FIRST + seeds - 1)
                + ", longest commit " + longest.toMillis() + " ms, " + came;
        System.out.println(line);
        Files.writeString(FIGURES, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String[] backup(OnlineSource source, String provider) {
        return new String[] {
            "backup", source.database(), "--online", "--pool", "disk", "--family", "nightly", "--provider", provider
        };
    }

    /** One of them. */
    private final class Strike {
        private final OnlineSource source;
        private final String provider;
        private final NodeProcess node;
        private final PairedWrites writes;
        private final Random random;
        private final Victim victim;
        private final boolean inFreeze;
        private final String of;
        private Duration longestWait = Duration.ZERO;

        Strike(OnlineSource source, String provider, NodeProcess node, PairedWrites writes, int seed) {
            this.source = source;
            this.provider = provider;
            this.node = node;
            this.writes = writes;
            this.random = new Random(seed * 7919L);
            List<Victim> victims = source instanceof SqliteSource
                    ? List.of(Victim.NODE, Victim.NODE_HANGS, Victim.GUARD, Victim.HELPER)
                    : List.of(Victim.NODE, Victim.NODE_HANGS, Victim.GUARD);
            this.victim = victims.get(random.nextInt(victims.size()));
            this.inFreeze = random.nextInt(3) > 0;
            this.of = source.database() + " on " + provider + ", seed " + seed + ", " + victim
                    + (inFreeze ? " at the freeze" : " in backup mode");
        }

        /** @return the node to go on with */
        NodeProcess run() throws Exception {
            List<Path> known = leases();
            Instant begin = Instant.now();
            CompletableFuture<Said> said = CompletableFuture.supplyAsync(() -> {
                try {
                    return node.run(backup(source, provider));
                } catch (IOException dead) {
                    return new Said(-1, "", String.valueOf(dead.getMessage()), "");
                }
            });
            await(known, said);
            pause(random.nextInt(SPREAD_MILLIS));
            List<ProcessHandle> struck = victims();
            signal(victim.signal, struck);
            try {
                writes.awaitRows(2);
                Until.holds(
                        of + ": out of backup mode, not " + source.held(),
                        OUT_OF_BACKUP_MODE,
                        () -> source.held().isEmpty());
                writes.awaitRows(2);
            } finally {
                signal("CONT", struck);
            }
            longestWait = writes.longestWait(begin, Instant.now());
            assertThat(longestWait).as(of).isLessThan(LONGEST_WAIT);
            return after(said, struck.isEmpty());
        }

        private NodeProcess after(CompletableFuture<Said> said, boolean nobody) throws Exception {
            NodeProcess next = node;
            Said ended = null;
            if (victim == Victim.NODE) {
                node.close();
                next = NodeProcess.start(source.home(), folder.resolve("node.log"));
            } else {
                ended = said.get(Site.PATIENT.toSeconds() * 2, TimeUnit.SECONDS);
            }
            came.merge(
                    victim
                            + (inFreeze ? " at the freeze " : " in backup mode ")
                            + (nobody ? "nobody was there" : ended == null ? "died" : "ended with " + ended.code()),
                    1,
                    Integer::sum);
            Until.holds(
                    of + ": nothing is held after all, not " + source.held(),
                    OUT_OF_BACKUP_MODE,
                    () -> source.held().isEmpty());
            deleteImages();
            return next;
        }

        /** Until the guard is armed whose source is to be held next. */
        private void await(List<Path> known, CompletableFuture<Said> said) throws Exception {
            boolean ofFileSystem = inFreeze && provider.equals("freeze");
            long limit = System.nanoTime() + Site.PATIENT.toNanos();
            while (!said.isDone()) {
                if (ofFileSystem ? armed(known, "\"thaw\"") : inFreeze ? stages() : armed(known, "\"end-backup\"")) {
                    return;
                }
                assertThat(System.nanoTime()).as(of + ": gets there").isLessThan(limit);
                Until.aMoment();
            }
        }

        /** What the server itself shows of a freeze that comes, or is there. */
        private boolean stages() throws Exception {
            String held = source.held();
            return !held.isEmpty() && !held.startsWith("0 sessions wait");
        }

        private boolean armed(List<Path> known, String action) throws IOException {
            for (Path lease : leases()) {
                try {
                    if (!known.contains(lease) && Files.readString(lease).contains(action)) {
                        return true;
                    }
                } catch (IOException renamed) {
                    // looked at again
                }
            }
            return false;
        }

        private List<Path> leases() throws IOException {
            Path place = source.home().resolve("var/leases");
            if (!Files.isDirectory(place)) {
                return List.of();
            }
            try (Stream<Path> all = Files.list(place)) {
                return all.filter(each -> each.toString().endsWith(".json")).toList();
            }
        }

        /** Of several guards the newest: it is the file system's, where that is frozen. */
        private List<ProcessHandle> victims() {
            ProcessHandle process = ProcessHandle.of(node.pid()).orElseThrow();
            if (victim.program.isEmpty()) {
                return List.of(process);
            }
            List<ProcessHandle> found = new ArrayList<>(process.descendants()
                    .filter(each -> runs(each, victim.program))
                    .toList());
            if (found.size() > 1 && !inFreeze) {
                return found.subList(0, 1);
            }
            return found.isEmpty() ? found : found.subList(found.size() - 1, found.size());
        }

        private void deleteImages() throws IOException {
            ConsistencyRounds.deleteImages(source.home().resolve("pool"));
        }
    }

    private static boolean runs(ProcessHandle process, String program) {
        try {
            return Files.readString(
                            Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
                    .contains(program);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void pause(long millis) throws Exception {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (System.nanoTime() < end) {
            Until.aMoment();
        }
    }

    private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle each : processes) {
            if (signal.equals("KILL")) {
                each.destroyForcibly();
            } else if (each.isAlive()) {
                int unused = new ProcessBuilder("kill", "-" + signal, Long.toString(each.pid()))
                        .start()
                        .waitFor();
            }
        }
    }
}
