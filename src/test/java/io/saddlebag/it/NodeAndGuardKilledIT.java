package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Node and guards die at the same moment while writes are held by what ends with nobody's death: a frozen file system, and
 * Derby's own freeze. Writes go on long before any lease ends.
 */
class NodeAndGuardKilledIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final OnlineSource.Limits LIMITS = new OnlineSource.Limits(MINUTE, MINUTE, MINUTE);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration STUCK = Duration.ofMillis(1500);
    private static final int CLIENTS = 2;
    private static final Duration PAUSE = Duration.ofMillis(2);
    /** For the 16 MiB of an ext4, in which SQLite's log grows while it is pinned. */
    private static final Duration LONG_PAUSE = Duration.ofMillis(100);

    @TempDir
    Path folder;

    private enum Way {
        /** By one signal to all of them. */
        PROCESSES,
        /** With all that is in the service's control group, as a service manager does that has lost its patience. */
        CONTROL_GROUP
    }

    @ParameterizedTest
    @CsvSource({
        "derby,btrfs,PROCESSES",
        "derby,btrfs,CONTROL_GROUP",
        "sqlite-xfs,freeze,PROCESSES",
        "sqlite-xfs,freeze,CONTROL_GROUP",
        "sqlite-ext4,freeze,PROCESSES"
    })
    @Tag("W7")
    @Tag("W20")
    @Tag("Q11")
    void a_deputy_lets_writes_go_on(String engine, String provider, Way way) throws Exception {
        Path group = way == Way.CONTROL_GROUP ? group() : null;
        try (OnlineSource source = source(engine, provider)) {
            PairedWrites.prepare(source::connect);
            Path log = folder.resolve("node.log");
            try (PairedWrites writes =
                    PairedWrites.start(source::connect, CLIENTS, source.manner().pausing(pause(engine)), 1)) {
                SnapshotGate gate = SnapshotGate.in(folder.resolve("gate"));
                try (NodeProcess node = NodeProcess.start(source.home(), log, gate)) {
                    if (group != null) {
                        Files.writeString(group.resolve("cgroup.procs"), Long.toString(node.pid()));
                    }
                    hold(source, provider, node, writes, gate);
                    long begin = System.nanoTime();
                    kill(node, group);
                    writes.awaitRows(2);
                    Duration took = Duration.ofNanos(System.nanoTime() - begin);
                    System.out.println(engine + ", " + way + ": writes went on after " + took.toMillis() + " ms");
                    assertThat(took).isLessThan(SOON);
                    Until.holds("it is let go", SOON, () -> source.held().isEmpty());
                    assertThat(logs(source)).anyMatch(line -> line.contains("its deputy stands in"));
                }
                try (NodeProcess next = NodeProcess.start(source.home(), log)) {
                    next.done(FreezeStrike.backup(source, provider));
                }
                writes.stop();
            }
        } finally {
            if (group != null) {
                Until.holds(
                        "its processes are gone",
                        SOON,
                        () -> Files.readString(group.resolve("cgroup.procs")).isEmpty());
                Files.delete(group);
            }
        }
    }

    private static Duration pause(String engine) {
        return engine.endsWith("ext4") ? LONG_PAUSE : PAUSE;
    }

    private OnlineSource source(String engine, String provider) throws Exception {
        return switch (engine) {
            case "derby" -> DerbySource.on(folder, provider, LIMITS);
            default -> {
                var kind = LoopFileSystem.Kind.valueOf(
                        engine.substring(engine.indexOf('-') + 1).toUpperCase(Locale.ROOT));
                yield SqliteSource.on(folder, provider, LIMITS, Ground.of(folder, provider, kind));
            }
        };
    }

    /** A group for the node, and all that it starts and that doesn't leave it. */
    private static Path group() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            Path root = mounts.filter(line -> line.contains(" - cgroup2 "))
                    .map(line -> Path.of(line.split(" ")[4]))
                    .findFirst()
                    .orElse(Path.of("/nowhere"));
            Assumptions.assumeTrue(
                    Files.isWritable(root), "needs control groups of version 2 and the right to make one");
            Path group =
                    root.resolve("saddlebag-test-" + ProcessHandle.current().pid());
            Files.createDirectory(group);
            Assumptions.assumeTrue(Files.exists(group.resolve("cgroup.kill")), "needs Linux 5.14");
            return group;
        }
    }

    /** Until the node is in the very freeze, and stays there: nothing is written any more. */
    private static void hold(
            OnlineSource source, String provider, NodeProcess node, PairedWrites writes, SnapshotGate gate)
            throws Exception {
        gate.close();
        CompletableFuture<Said> said = CompletableFuture.supplyAsync(() -> {
            try {
                return node.run(FreezeStrike.backup(source, provider));
            } catch (IOException dead) {
                return new Said(-1, "", String.valueOf(dead.getMessage()), "");
            }
        });
        gate.awaitReached(source.database(), said);
        assertThat(nothingIsWritten(writes)).isTrue();
    }

    private static boolean nothingIsWritten(PairedWrites writes) {
        // what had passed before the freeze
        Until.passed(300);
        long rows = writes.rows();
        Until.passed(STUCK.toMillis());
        return writes.rows() == rows;
    }

    private static void kill(NodeProcess node, Path group) throws Exception {
        ProcessHandle process = ProcessHandle.of(node.pid()).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(
                process.descendants().filter(FreezeStrike::isGuard).toList());
        assertThat(all).as("guards").isNotEmpty();
        all.add(process);
        if (group == null) {
            FreezeStrike.signal("KILL", all);
        } else {
            Files.writeString(group.resolve("cgroup.kill"), "1");
        }
        for (ProcessHandle each : all) {
            each.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static List<String> logs(OnlineSource source) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> all = Files.list(source.home().resolve("var/leases"))) {
            for (Path each :
                    all.filter(file -> file.toString().endsWith(".log")).toList()) {
                lines.addAll(Files.readAllLines(each));
            }
        }
        return lines;
    }
}
