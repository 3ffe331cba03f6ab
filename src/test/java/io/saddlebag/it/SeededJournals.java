package io.saddlebag.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.it.JournalingEngine.ChainEntry;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Random work and random faults on one engine and a node's process, seed after seed on the same chain. After each seed the chain is
 * the engine's history, byte for byte and without gaps, and the engine has let go of what is in it.
 */
final class SeededJournals implements AutoCloseable {
    private static final ByteCount GROUND = ByteCount.mebibytes(4096);
    private static final int LONGEST_DELAY_MILLIS = 400;
    /** A kind of fault, for seeds of that alone. */
    private static final @Nullable String ONLY = System.getProperty("saddlebag.journal.fault");

    private static final Duration PATIENT = Site.PATIENT.multipliedBy(2);

    /** What is done to a pass, or while the node receives. */
    enum Fault {
        NONE,
        KILL,
        ENGINE_CRASH,
        TARGET_FULL,
        TARGET_AWAY,
        TIME
    }

    private final Path folder;
    private final Path home;
    private final JournalingEngine engine;
    private final LoopFileSystem ground;
    private final JournalNode node;
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final Set<String> doubts = new HashSet<>();
    private int failedPasses;

    /** Nothing was backed up yet, and the engine runs. Needs root for a target that can be filled. */
    SeededJournals(Path folder, JournalingEngine engine) throws Exception {
        this.folder = folder;
        this.engine = engine;
        this.ground =
                LoopFileSystem.create(new LinuxPosix(), folder.resolve("pool.img"), LoopFileSystem.Kind.XFS, GROUND);
        this.home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "pools:\n  disk: { folder: " + pool() + " }\n" + engine.configuration());
        this.node = new JournalNode(home, folder.resolve("node.log"), engine);
    }

    /** The chain begins where the history does. */
    void begin() throws Exception {
        engine.settle();
        finish();
        requireSame();
    }

    private Path pool() {
        return ground.path().resolve("pool");
    }

    /** One seed. */
    void run(long seed) throws Exception {
        Random random = new Random(new SplittableRandom(seed).nextLong());
        List<String> did = new ArrayList<>();
        try {
            for (int step = 2 + random.nextInt(2); step > 0; step--) {
                Fault drawn = Fault.values()[random.nextInt(Fault.values().length)];
                Fault fault = ONLY == null ? drawn : Fault.valueOf(ONLY);
                did.add(fault.toString());
                faults.merge(fault, 1, Integer::sum);
                step(fault, random);
            }
            engine.settle();
            finish();
            requireSame();
        } catch (Throwable e) {
            throw new AssertionError(
                    "-Dsaddlebag.seed=" + seed + ", " + engine.getClass().getSimpleName() + ": " + did + "\n"
                            + node.lately(),
                    e);
        }
    }

    private void step(Fault fault, Random random) throws Exception {
        engine.work(random);
        int delay = random.nextInt(LONGEST_DELAY_MILLIS);
        Random writes = new Random(random.nextLong());
        if (fault == Fault.TIME) {
            engine.skipTime(random);
            node.setClock(skip(random));
        }
        CompletableFuture<Void> pass = node.begin(random);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                engine.work(writes);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        switch (fault) {
            case KILL -> {
                Until.passed(delay);
                node.kill();
            }
            case ENGINE_CRASH -> {
                Until.passed(delay);
                engine.crash(random);
            }
            case TARGET_FULL -> full(delay, random.nextInt(1 << 20), pass);
            case TARGET_AWAY -> away(delay, pass);
            case TIME -> {
                // back and forth within the pass, and right before its end, which may be a time of day
                Until.passed(delay);
                node.setClock(skip(random));
                Until.passed(delay);
                node.setClock(Duration.ZERO);
            }
            default -> {
                // undisturbed
            }
        }
        writing.join();
        pass.join();
        if (node.failed()) {
            failedPasses++;
        }
    }

    private static Duration skip(Random random) {
        return Duration.ofHours(random.nextInt(5) - 2);
    }

    /** @param left bytes that are left for it */
    private void full(int delay, int left, CompletableFuture<Void> pass) throws Exception {
        Path filler = ground.path().resolve("filler");
        Until.passed(delay);
        long usable = Files.getFileStore(ground.path()).getUsableSpace();
        Process filling = new ProcessBuilder("fallocate", "-l", Long.toString(usable - left), filler.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("fallocate.log").toFile())
                .start();
        int code = filling.waitFor();
        try {
            node.awaitOrAMoment(pass);
        } finally {
            Files.deleteIfExists(filler);
        }
        assertThat(code).as("fallocate").isBetween(0, 1);
    }

    private void away(int delay, CompletableFuture<Void> pass) throws Exception {
        Until.passed(delay);
        Path elsewhere = pool().resolveSibling("elsewhere");
        Files.move(pool(), elsewhere);
        node.awaitOrAMoment(pass);
        // nothing may take the mount point's empty folder for the pool
        assertThat(pool()).doesNotExist();
        Files.move(elsewhere, pool());
    }

    /** Undisturbed passes until all is durable and released; a gap, or a pass that fails, is a defect. */
    private void finish() throws Exception {
        Until.holds("all is released", PATIENT, () -> {
            node.undisturbed();
            return engine.released();
        });
    }

    private void requireSame() throws Exception {
        List<ChainEntry> chain = chain();
        Map<String, String> stored = new TreeMap<>();
        Set<String> backups = new HashSet<>();
        for (ChainEntry each : chain) {
            if (engine.mayDoubt() && each.state().equals("gap")) {
                doubts.add(each.key());
                continue;
            }
            assertThat(each.state()).as("journal %s", each).isEqualTo("ready");
            assertThat(stored.put(each.key(), each.sha256())).isNull();
            backups.add(each.backup());
        }
        Map<String, String> history = engine.history(chain);
        assertThat(stored).containsExactlyInAnyOrderEntriesOf(history);
        Set<String> complete = new HashSet<>();
        long objects = 0;
        for (JsonNode each :
                said("lsbu", engine.journals() + ".journal", "--json").json()) {
            if (each.path("state").asText().equalsIgnoreCase("complete")) {
                complete.add(each.path("id").asText());
                objects += each.path("objects").asLong();
            }
        }
        // an image, or an object of one, that the chain doesn't name holds something twice
        assertThat(complete).isEqualTo(backups);
        assertThat(objects).isEqualTo(stored.size());
    }

    private List<ChainEntry> chain() {
        List<ChainEntry> all = new ArrayList<>();
        for (JsonNode each :
                said("journal", "list", engine.journals(), "--json").json()) {
            all.add(new ChainEntry(
                    each.path("incarnation").asLong(),
                    each.path("sequence").asLong(),
                    each.path("from").asLong(),
                    each.path("state").asText(),
                    each.path("bytes").asLong(),
                    each.path("backup").asText(),
                    each.path("name").asText(),
                    each.path("sha256").asText()));
        }
        return all;
    }

    private Said said(String... command) {
        return CommandLineInProcess.run(home, command).ok();
    }

    /** What is stored is what the catalog says, and a copy from the beginning is brought to the engine's rows. */
    void requireRecovery() throws Exception {
        List<ChainEntry> chain = chain();
        for (String backup :
                new HashSet<>(chain.stream().map(ChainEntry::backup).toList())) {
            said("verify", backup);
        }
        Path scratch = Files.createTempDirectory(folder, "recovered");
        engine.requireRecovered(home, scratch, chain);
    }

    /** For a record of the run. */
    String figures(Duration took, int seeds) {
        return engine.getClass().getSimpleName() + ": " + seeds + " seeds in " + took.toSeconds() + " s, "
                + chain().size() + " pieces in the chain, faults " + faults + ", node's processes " + node.starts()
                + ", steps whose pass failed " + failedPasses + ", gaps that were told and are none " + doubts.size()
                + System.lineSeparator();
    }

    static void record(Path file, String figures) throws IOException {
        Files.write(file, figures.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        try {
            node.close();
        } finally {
            ground.close();
        }
    }
}
