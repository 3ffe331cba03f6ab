package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.backup.TapeTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.pool.PoolScan;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestorePlan;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tree on the real disk, backed up at levels to a library in memory. Its clock is ahead of the disk's: nothing is racy. */
final class LevelBench implements Closeable {
    final Workbench bench;
    final Workbench.Node node;
    final Path tree;
    private final Path home;
    private int restores;

    LevelBench(Path home) throws IOException {
        this(home, catalog -> catalog);
    }

    /** @param catalog what its catalog goes through */
    LevelBench(Path home, UnaryOperator<Catalog> catalog) throws IOException {
        this.home = home;
        bench = new Workbench(home, Capacity.ENDLESS, "SBG001", "SBG002", "SBG003", "SBG004");
        bench.time.pass(Duration.between(bench.time.instant(), Instant.now()).plusHours(1));
        bench.catalogWrap = catalog;
        node = bench.node();
        tree = Files.createDirectories(home.resolve("tree"));
    }

    SnapshotProvider none() {
        return new NoSnapshots(bench.time);
    }

    Backup backUp(String level) throws Exception {
        return backUp(level, none(), 1, tree);
    }

    Backup backUp(String level, SnapshotProvider provider, int drives, Path... roots) throws Exception {
        return backUp(node, level, provider, node.target(TapeOptions.parse(Map.of("drives", "" + drives))), roots);
    }

    /** Onto volumes of that family; the job as it ended. */
    Job run(String level, String family) throws Exception {
        bench.time.pass(Duration.ofHours(1));
        BackupRun run =
                node.backups.begin("backup tree", null, Overlap.SKIP, Map.of()).orElseThrow();
        run.snapshot(none(), List.of(tree));
        run.store(
                run.source("tree", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level))),
                new TapeTarget("vault", family, TapeOptions.DEFAULT, bench::openVault));
        return run.end(null);
    }

    /** Onto volumes of another family than the other backups. */
    Backup backUpElsewhere(String level) throws Exception {
        bench.volumes().defineFamilies(List.of(new MediaFamily("other", null, null, MediaFamily.Expiration.TIME)));
        return backUp(
                node, level, none(), new TapeTarget("vault", "other", TapeOptions.DEFAULT, bench::openVault), tree);
    }

    Backup backUpToPool(String level) throws Exception {
        return backUp(node, level, none(), node.poolTarget(), tree);
    }

    private Backup backUp(
            Workbench.Node node, String level, SnapshotProvider provider, ImageTarget target, Path... roots)
            throws Exception {
        bench.time.pass(Duration.ofHours(1));
        BackupRun run =
                node.backups.begin("backup tree", null, Overlap.SKIP, Map.of()).orElseThrow();
        Backup backup;
        try {
            run.snapshot(provider, List.of(roots));
            backup = run.store(
                    run.source("tree", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level))),
                    target);
        } catch (Exception e) {
            run.end(e);
            throw e;
        }
        Job ended = run.end(null);
        assertThat(ended.state()).as(ended.cause()).isEqualTo(JobState.COMPLETED);
        return backup;
    }

    String transcript(Backup backup) throws IOException {
        for (Job job : bench.log().jobs()) {
            if (job.name().value().equals(backup.about().job())) {
                return bench.transcripts.lines(job.name()).collect(Collectors.joining("\n"));
            }
        }
        throw new AssertionError("no job " + backup.about().job());
    }

    RestorePlan plan(Backup backup, String... objects) throws IOException {
        return node.restores.plan(request(backup, null, RestoreRequest.Existing.REPLACE, objects));
    }

    private static RestoreRequest request(
            Backup backup, @Nullable Path to, RestoreRequest.Existing existing, String... objects) {
        return new RestoreRequest(
                List.of(new BackupSelector.ById(backup.id())), List.of(objects), to, existing, null, null);
    }

    /** @return where the tree is now */
    Path restore(Backup backup, String... objects) throws Exception {
        return restore(backup, Files.createDirectories(home.resolve("restored" + restores++)), objects);
    }

    Path restore(Backup backup, Path to, String... objects) throws Exception {
        List<Job> jobs = node.restores.restore(request(backup, to, RestoreRequest.Existing.REPLACE, objects));
        assertThat(jobs)
                .allSatisfy(job -> assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED));
        return to.resolve(tree.subpath(0, tree.getNameCount()));
    }

    static @Nullable String parent(Backup backup) {
        return LevelFacts.of(backup.about().facts()).map(LevelFacts::parent).orElse(null);
    }

    /** Ids of the backups that the state is read from. */
    List<BackupId> read(RestorePlan plan) {
        return plan.steps().stream().map(step -> step.backup().id()).toList();
    }

    /** The node over a catalog that is made of these sections. */
    Rebuilt rebuilt(List<FoundSection> sections) throws Exception {
        Workbench.Node other = bench.node();
        JobRun run = other.jobs
                .begin(new JobRequest("import", JobKind.BACKUP, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
        other.imports.importAll("vault", sections, run.transcript());
        run.end();
        return new Rebuilt(other);
    }

    /** The node over a catalog that is made of what is in the pool. */
    Rebuilt rebuiltFromPool() throws Exception {
        Workbench.Node other = bench.node();
        JobRun run = other.jobs
                .begin(new JobRequest("import", JobKind.BACKUP, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
        other.poolImports.importAll(other.pool, PoolScan.of(other.pool).images(), run.transcript());
        run.end();
        return new Rebuilt(other);
    }

    /** A node that knows nothing but what was on the cartridges. */
    final class Rebuilt {
        private final Workbench.Node other;

        Rebuilt(Workbench.Node other) {
            this.other = other;
        }

        Backup backUp(String level) throws Exception {
            return LevelBench.this.backUp(other, level, none(), other.target(), tree);
        }

        Path restore(Backup backup) throws Exception {
            Path to = Files.createDirectories(home.resolve("rebuilt"));
            List<Job> jobs = other.restores.restore(request(backup, to, RestoreRequest.Existing.REPLACE));
            assertThat(jobs)
                    .allSatisfy(job -> assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED));
            return to.resolve(tree.subpath(0, tree.getNameCount()));
        }
    }

    @Override
    public void close() throws IOException {
        bench.close();
    }
}
