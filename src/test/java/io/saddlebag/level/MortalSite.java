package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A tree that is backed up at levels to tape and to a pool, restored, and pruned, by processes that die at random calls. What
 * a process had acknowledged is held against what comes back.
 */
final class MortalSite implements Closeable {
    private static final String[] LEVELS = {"0", "1", "5", "10", "10", "10", "offsite"};
    private static final Duration RETENTION = Duration.ofDays(21);
    private static final int FIRST_GUESS = 60;

    private final Path home;
    private final Random random;
    private final Workbench bench;
    private final RandomTree tree;
    private final Path root;
    private final List<Point> points = new ArrayList<>();
    /** How many calls the last process made that lived, for choosing the next one's end. */
    private final Map<End, Long> lengths = new EnumMap<>(End.class);

    private int places;

    /** What a process died of. */
    enum End {
        BEFORE_A_CALL,
        AFTER_A_CALL,
        AT_A_FILE,
        WITHIN_A_WRITE,
        AT_A_FILE_OF_THE_POOL,
        WITHIN_A_WRITE_TO_THE_POOL
    }

    /** What it was at. */
    enum Deed {
        BACKUP_TO_TAPE,
        BACKUP_TO_POOL,
        RESTORE,
        PRUNE
    }

    /** A backup that was acknowledged. */
    private record Point(BackupId id, Instant taken, Map<String, String> looks) {}

    MortalSite(Path home, long seed) throws IOException {
        this.home = home;
        random = new Random(seed);
        bench = new Workbench(home, Capacity.ENDLESS, "SBG001", "SBG002", "SBG003", "SBG004");
        bench.volumes()
                .defineFamilies(List.of(new MediaFamily(
                        "weekly", Duration.ofDays(7), RETENTION.minusDays(7), MediaFamily.Expiration.TIME)));
        bench.time.pass(Duration.between(bench.time.instant(), Instant.now()).plusHours(1));
        root = home.resolve("tree");
        tree = new RandomTree(root, random);
        tree.change(20);
        backUp(bench.node(), "0", true);
        backUp(bench.node(), "0", false);
    }

    /** Something is done by a process that dies in it, or would have; then it is done again, by one that lives. */
    Ended liveAndDie() throws Exception {
        tree.change(random.nextInt(6));
        Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
        Point source = points.get(random.nextInt(points.size()));
        String level = LEVELS[random.nextInt(LEVELS.length)];
        Path to = Files.createDirectories(home.resolve("restored" + places++));
        Mortal mortal = mortal();
        try {
            carryOut(deed, mortal.node, level, source, to);
        } catch (Life.Death | SimulatedCrash | IOException expected) {
            if (!mortal.life.over()) {
                throw expected;
            }
        } catch (AssertionError failed) {
            if (!mortal.life.over()) {
                throw failed;
            }
        }
        bench.poolFiles = files -> files;
        mortal.remember();
        if (mortal.life.over()) {
            mortal.node.died();
            bench.node().recover();
            carryOut(deed, bench.node(), level, source, to);
        }
        assertComesBack(points.get(random.nextInt(points.size())));
        assertThat(bench.log().owed()).isEmpty();
        return new Ended(deed, mortal.life.over() ? mortal.end : null);
    }

    /** @param end null when it lived */
    record Ended(Deed deed, @Nullable End end) {}

    void assertAllComeBack() throws Exception {
        for (Point point : points) {
            assertComesBack(point);
        }
    }

    private void carryOut(Deed deed, Workbench.Node node, String level, Point source, Path to) throws Exception {
        switch (deed) {
            case BACKUP_TO_TAPE -> backUp(node, level, false);
            case BACKUP_TO_POOL -> backUp(node, level, true);
            case RESTORE -> {
                if (isDue(source)) {
                    restore(node, source, to);
                }
            }
            case PRUNE -> {
                bench.time.pass(Duration.ofHours(random.nextInt(48)));
                node.pruning().carryOut(note -> {});
            }
        }
    }

    private void backUp(Workbench.Node node, String level, boolean pooled) throws IOException {
        bench.time.pass(Duration.ofHours(1 + random.nextInt(24)));
        Map<String, String> looks = RandomTree.looks(root);
        try {
            Backup backup = backUp(node, level, pooled ? node.poolTarget("weekly") : node.target());
            points.add(new Point(backup.id(), bench.time.instant(), looks));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Backup backUp(Workbench.Node node, String level, ImageTarget target)
            throws IOException, InterruptedException {
        BackupRun run =
                node.backups.begin("backup tree", null, Overlap.SKIP, Map.of()).orElseThrow();
        Backup backup;
        try {
            run.snapshot(new NoSnapshots(bench.time), List.of(root));
            backup = run.store(
                    run.source("tree", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level))),
                    target);
        } catch (IOException e) {
            run.end(e);
            throw e;
        }
        Job ended = run.end(null);
        assertThat(ended.state()).as(ended.cause()).isEqualTo(JobState.COMPLETED);
        return backup;
    }

    /** Neither expired nor lost with what it was based on. */
    private boolean isDue(Point point) throws IOException {
        boolean young = point.taken.plus(RETENTION.minusDays(8)).isAfter(bench.time.instant());
        boolean complete = bench.catalog().backups(Catalog.Filter.COMPLETE).stream()
                .anyMatch(backup -> backup.id().equals(point.id));
        assertThat(complete || !young).as("backup %s is there", point.id).isTrue();
        return complete;
    }

    private void assertComesBack(Point point) throws Exception {
        if (isDue(point)) {
            restore(bench.node(), point, Files.createDirectories(home.resolve("restored" + places++)));
        }
    }

    private void restore(Workbench.Node node, Point point, Path to) throws Exception {
        List<Job> jobs = node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.ById(point.id)),
                List.of(),
                to,
                RestoreRequest.Existing.REPLACE,
                null,
                null));
        assertThat(jobs)
                .isNotEmpty()
                .allSatisfy(job -> assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED));
        assertThat(RandomTree.looks(to.resolve(root.subpath(0, root.getNameCount()))))
                .isEqualTo(point.looks);
    }

    /** A process that will die, perhaps later than what it does takes. */
    private Mortal mortal() {
        End end = End.values()[random.nextInt(End.values().length)];
        long nth = 1 + random.nextLong(lengths.getOrDefault(end, (long) FIRST_GUESS));
        FileFailureKind kind = end == End.WITHIN_A_WRITE || end == End.WITHIN_A_WRITE_TO_THE_POOL
                ? FileFailureKind.TORN
                : FileFailureKind.CRASH;
        return switch (end) {
            case BEFORE_A_CALL -> new Mortal(end, Life.endingAt(nth, Life.When.BEFORE));
            case AFTER_A_CALL -> new Mortal(end, Life.endingAt(nth, Life.When.AFTER));
            case AT_A_FILE, WITHIN_A_WRITE -> new Mortal(end, FaultyFiles.failing(bench.files, nth, kind));
            case AT_A_FILE_OF_THE_POOL, WITHIN_A_WRITE_TO_THE_POOL -> {
                FaultyFiles pool = FaultyFiles.failing(bench.files, nth, kind);
                bench.poolFiles = files -> pool;
                yield new Mortal(end, Life.endingWith(pool::fired), pool);
            }
        };
    }

    private final class Mortal {
        private final End end;
        private final Life life;
        private final Workbench.Node node;
        private final @Nullable FaultyFiles files;

        Mortal(End end, Life life) {
            this.end = end;
            this.life = life;
            files = null;
            node = bench.node(life, bench.files);
        }

        Mortal(End end, FaultyFiles files) {
            this.end = end;
            this.files = files;
            life = Life.endingWith(files::fired);
            node = bench.node(life, files);
        }

        Mortal(End end, Life life, FaultyFiles pool) {
            this.end = end;
            this.life = life;
            files = pool;
            node = bench.node(life, bench.files);
        }

        void remember() {
            long calls = files == null ? life.calls() : files.calls();
            if (calls > 0) {
                lengths.merge(end, calls, (old, now) -> life.over() ? old : (old + now) / 2 + 1);
            }
        }
    }

    @Override
    public void close() throws IOException {
        bench.close();
    }
}
