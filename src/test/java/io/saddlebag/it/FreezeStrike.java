package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One online backup, and one of those who take part struck at an instant that the seed draws. */
final class FreezeStrike {
    private static final String GUARD = "io.saddlebag.app.Guard";
    private static final String DEPUTY = "deputy";
    /** What a busy machine takes to thaw, or to commit at all. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    /** What a machine with other work takes on top of the freeze's limit until the first commit is through. */
    private static final Duration LATE = Duration.ofSeconds(2);

    /** After backup mode, or the freeze, was seen. */
    private static final int SPREAD_MILLIS = 150;
    /** Without a freeze clients that pause for milliseconds have written some rows in that time. */
    private static final int STILL_MILLIS = 150;
    /** What was acknowledged before the freeze is counted by then. */
    private static final int GLIMPSE_MILLIS = 10;
    /** A backup mode that ends before it is struck counts for nothing; then the freeze is struck, which waits. */
    private static final int TRIES_IN_BACKUP_MODE = 3;

    private final OnlineSource source;
    private final String provider;
    private final SpareNodes nodes;
    private final NodeProcess node;
    private final PairedWrites writes;
    private final Random random;
    private final Victim victim;
    private boolean inFreeze;
    private final String of;

    /** Who is struck. */
    private enum Victim {
        NODE,
        NODE_HANGS,
        GUARD,
        NODE_AND_GUARDS,
        /** SQLite's process that pins the file. */
        HELPER,
        /** The engine's, which holds its backup mode. */
        SESSION;

        private boolean endsNode() {
            return this == NODE || this == NODE_AND_GUARDS;
        }
    }

    /**
     * How it went.
     *
     * @param what victim, where, whether writes were seen to stand still before the strike, and what became of the job
     * @param tries backups that were begun until one was hit
     * @param backAfter from the strike until the database was out of backup mode
     */
    record Result(String what, int tries, Duration longestWait, Duration backAfter, Duration took) {
        @Override
        public String toString() {
            return what + " in try " + tries + "; longest commit " + longestWait.toMillis()
                    + " ms, out of backup mode after " + backAfter.toMillis() + " ms, " + took.toMillis()
                    + " ms in all";
        }
    }

    FreezeStrike(OnlineSource source, String provider, SpareNodes nodes, PairedWrites writes, int seed) {
        this.source = source;
        this.provider = provider;
        this.nodes = nodes;
        this.node = nodes.current();
        this.writes = writes;
        this.random = new Random(seed * 7919L);
        List<Victim> victims = victims(source);
        this.victim = victims.get(random.nextInt(victims.size()));
        this.inFreeze = random.nextInt(3) > 0;
        this.of = source.database() + " on " + provider + ", seed " + seed + ", " + victim
                + (inFreeze ? " at the freeze" : " in backup mode");
    }

    private static List<Victim> victims(OnlineSource source) {
        List<Victim> victims =
                new ArrayList<>(List.of(Victim.NODE, Victim.NODE_HANGS, Victim.GUARD, Victim.NODE_AND_GUARDS));
        if (source instanceof SqliteSource) {
            victims.add(Victim.HELPER);
        } else if (!(source instanceof DerbySource)) {
            victims.add(Victim.SESSION);
        }
        return victims;
    }

    static String[] backup(OnlineSource source, String provider) {
        return new String[] {
            "backup",
            source.database(),
            "--online",
            "--pool",
            "disk",
            "--family",
            "nightly",
            "--provider",
            provider,
            "--json"
        };
    }

    /** For messages; names the seed. */
    String of() {
        return of;
    }

    /** A backup mode that was missed is drawn again. */
    Result run() throws Exception {
        for (int attempt = 1; ; attempt++) {
            inFreeze |= attempt > TRIES_IN_BACKUP_MODE;
            Result result = attempt(attempt);
            if (result != null) {
                return result;
            }
            ConsistencyRounds.deleteImages(source.home().resolve("pool"));
        }
    }

    /** @return null when backup mode was over before anybody was hit */
    private @Nullable Result attempt(int number) throws Exception {
        long started = System.nanoTime();
        List<Path> known = leases(source);
        Instant begin = Instant.now();
        SnapshotGate gate = nodes.gate();
        if (inFreeze) {
            gate.close();
        }
        CompletableFuture<Said> said = CompletableFuture.supplyAsync(() -> {
            try {
                return node.run(backup(source, provider));
            } catch (IOException dead) {
                return new Said(-1, "", String.valueOf(dead.getMessage()), "");
            }
        });
        boolean still = false;
        if (inFreeze) {
            gate.awaitReached(of, said);
            still = writesStandStill();
        } else {
            awaitBackupMode(known, said);
        }
        Until.passed(random.nextInt(SPREAD_MILLIS));
        List<ProcessHandle> struck = struck();
        int hit = said.isDone() ? 0 : strike(struck);
        gate.open();
        if (hit == 0) {
            assertThat(inFreeze).as(of + ": nobody was there to strike").isFalse();
            Said unused = said.get(Site.PATIENT.toSeconds() * 2, TimeUnit.SECONDS);
            return null;
        }
        Duration back;
        try {
            writes.awaitRows(2);
            back = Until.holds(
                    of + ": out of backup mode",
                    FreezeKillIT.LIMITS
                            .lease()
                            .plus(FreezeKillIT.LIMITS.timeout())
                            .plus(BUSY)
                            .plus(BUSY),
                    () -> source.held().isEmpty());
            writes.awaitRows(2);
        } finally {
            if (victim == Victim.NODE_HANGS) {
                signal("CONT", struck);
            }
        }
        Duration longest = writes.longestWait(begin, Instant.now());
        assertThat(longest).as(of).isLessThan(FreezeKillIT.LIMITS.freeze().plus(LATE));
        String end = after(said);
        Until.holds(
                of + ": nothing is held after all",
                Site.PATIENT,
                () -> source.held().isEmpty());
        return new Result(
                victim
                        + (inFreeze ? " in the freeze, " : " in backup mode, ")
                        + (still ? "while writes stood still, " : "")
                        + end,
                number,
                longest,
                back,
                Duration.ofNanos(System.nanoTime() - started));
    }

    private boolean writesStandStill() {
        Until.passed(GLIMPSE_MILLIS);
        long rows = writes.rows();
        Until.passed(STILL_MILLIS);
        return writes.rows() == rows;
    }

    private String after(CompletableFuture<Said> said) throws Exception {
        if (victim.endsNode()) {
            nodes.replace();
            return "died";
        }
        Said ended = said.get(Site.PATIENT.toSeconds() * 2, TimeUnit.SECONDS);
        return "ended with " + ended.code();
    }

    /** Until the guard is armed that ends the backup mode to come. */
    private void awaitBackupMode(List<Path> known, CompletableFuture<Said> said) throws Exception {
        long limit = System.nanoTime() + Site.PATIENT.toNanos();
        while (!said.isDone() && !armed(known, "\"end-backup\"")) {
            assertThat(System.nanoTime()).as(of + ": gets there").isLessThan(limit);
            Until.passed(1);
        }
    }

    private boolean armed(List<Path> known, String action) throws IOException {
        for (Path lease : leases(source)) {
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

    private static List<Path> leases(OnlineSource source) throws IOException {
        Path place = source.home().resolve("var/leases");
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(place)) {
            return all.filter(each -> each.toString().endsWith(".json")).toList();
        }
    }

    /** The processes to strike. Of several guards the newest: it is the file system's, where that is frozen. */
    private List<ProcessHandle> struck() {
        ProcessHandle process = ProcessHandle.of(node.pid()).orElseThrow();
        List<ProcessHandle> below = process.descendants().toList();
        List<ProcessHandle> guards =
                below.stream().filter(FreezeStrike::isGuard).toList();
        return switch (victim) {
            case NODE, NODE_HANGS -> List.of(process);
            case NODE_AND_GUARDS -> {
                List<ProcessHandle> all = new ArrayList<>(guards);
                all.add(process);
                Collections.shuffle(all, random);
                yield all;
            }
            case GUARD ->
                guards.size() > 1 && !inFreeze
                        ? guards.subList(0, 1)
                        : guards.subList(Math.max(0, guards.size() - 1), guards.size());
            case HELPER ->
                below.stream()
                        .filter(each -> runs(each, "io.saddlebag.app.SqlitePin"))
                        .toList();
            case SESSION -> List.of();
        };
    }

    /** @return how many were hit */
    private int strike(List<ProcessHandle> struck) throws Exception {
        if (victim == Victim.SESSION) {
            return source.endSessions();
        }
        signal(victim == Victim.NODE_HANGS ? "STOP" : "KILL", struck);
        return struck.size();
    }

    /** No deputy. */
    static boolean isGuard(ProcessHandle process) {
        return runs(process, GUARD) && !runs(process, DEPUTY);
    }

    /** One argument of its command line. */
    static boolean runs(ProcessHandle process, String program) {
        try {
            return List.of(Files.readString(
                                    Path.of("/proc", Long.toString(process.pid()), "cmdline"),
                                    StandardCharsets.ISO_8859_1)
                            .split("\0"))
                    .contains(program);
        } catch (IOException gone) {
            return false;
        }
    }

    static void signal(String signal, List<ProcessHandle> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.stream().filter(ProcessHandle::isAlive).forEach(each -> command.add(Long.toString(each.pid())));
        if (command.size() > 2) {
            int unused = new ProcessBuilder(command).start().waitFor();
        }
    }
}
