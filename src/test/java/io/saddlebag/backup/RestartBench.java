package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.image.ByteStream;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.job.Transcript;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tree of files on the real disk, backed up with checkpoints by processes that die while they read it. */
final class RestartBench implements Closeable {
    static final int FILES = 60;
    static final int FILE_BYTES = 8 << 10;
    static final long ALL_BYTES = (long) FILES * FILE_BYTES;
    static final ByteCount INTERVAL = ByteCount.kibibytes(16);

    final Workbench bench;
    final Path tree;
    Function<Workbench.Node, ImageTarget> target = Workbench.Node::target;
    SourceOptions options = options(Compression.NONE);
    String dataset = "tree";

    @Nullable
    SnapshotProvider provider;

    /** Through the ports of each run's life. */
    boolean fromSnapshots;

    Path[] roots;
    private final Path home;
    private int restores;

    RestartBench(Path home) throws IOException {
        this(home, Capacity.ENDLESS, FILES);
    }

    RestartBench(Path home, Capacity each, int files) throws IOException {
        this.home = home;
        bench = new Workbench(home, each, "SBG001", "SBG002", "SBG003", "SBG004", "SBG005", "SBG006");
        bench.time.pass(Duration.between(bench.time.instant(), Instant.now()).plusHours(1));
        bench.checkpointSettings = new CheckpointSettings(
                home.resolve("checkpoints"), INTERVAL, ByteCount.ZERO, CheckpointSettings.DEFAULT_LIFE);
        tree = Files.createDirectories(home.resolve("tree"));
        roots = new Path[] {tree};
        fill(files);
    }

    /** What a whole backup reads: the twin's copies have no hard links. */
    long allBytes() {
        return fromSnapshots ? ALL_BYTES + 2 * FILE_BYTES : ALL_BYTES;
    }

    static SourceOptions options(Compression compression) {
        return new SourceOptions(compression, Encryption.NONE, BackupLevel.FULL);
    }

    SourceOptions at(String level) {
        return new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level));
    }

    private void fill(int files) throws IOException {
        Random random = new Random(6);
        for (int i = 0; i < files; i++) {
            Path folder = Files.createDirectories(tree.resolve("d" + i * 6 / files));
            write(folder.resolve("f%02d".formatted(i)), random);
        }
        Files.createDirectories(tree.resolve("d5"));
        Files.createLink(tree.resolve("d5/linked"), tree.resolve("d0/f00"));
        Files.createLink(tree.resolve("d3/linked"), tree.resolve("d0/f00"));
        Files.createSymbolicLink(tree.resolve("d4/symbolic"), Path.of("../d0/f01"));
        Files.createDirectory(tree.resolve("d2/empty"));
    }

    /** One file in the middle of the walk, larger than all others together. */
    Path addHuge(int bytes) throws IOException {
        Random random = new Random(bytes);
        byte[] letters = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        return Files.write(tree.resolve("d2/huge"), letters);
    }

    static void write(Path file, Random random) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < FILE_BYTES) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        Files.writeString(file, text);
    }

    /** Ports of runs from now on belong to such lives. */
    Supplier<Life> lives = Life::unending;

    /** One process and one job in it. */
    final class Run {
        final AtomicLong bytesRead = new AtomicLong();
        final List<String> opened = new ArrayList<>();
        final Workbench.Node node;
        private final Life life = lives.get();
        private final long dieAt;
        private boolean died;

        @Nullable
        Job job;

        Run(long dieAt) {
            this.dieAt = dieAt;
            node = bench.node(life, counting());
        }

        boolean died() {
            return died;
        }

        Job job() {
            return Objects.requireNonNull(job);
        }

        String transcript() throws IOException {
            List<Job> jobs = bench.log().jobs();
            Job last = jobs.get(jobs.size() - 1);
            return bench.transcripts.lines(last.name()).collect(Collectors.joining("\n"));
        }

        private void back() throws Exception {
            bench.time.pass(Duration.ofMinutes(10));
            @Nullable BackupRun run = null;
            try {
                run = node.backups
                        .begin("backup " + dataset, null, Overlap.SKIP, Map.of())
                        .orElseThrow();
                run.snapshot(snapshots(), List.of(roots));
                run.store(run.source(dataset, options), target.apply(node));
                job = run.end(null);
            } catch (Life.Death | SimulatedCrash expected) {
                died = true;
                node.died();
            } catch (Exception e) {
                job = Objects.requireNonNull(run).end(e);
            }
        }

        private SnapshotProvider snapshots() {
            SnapshotProvider chosen = provider;
            return fromSnapshots ? node.snapshots() : chosen == null ? new NoSnapshots(bench.time) : chosen;
        }

        private boolean isSource(Path file) {
            return file.startsWith(tree) || file.startsWith(home.resolve("snapshots"));
        }

        /** Files of the source, whose reading is counted and may be the end. */
        private HostFiles counting() {
            return (HostFiles) Proxy.newProxyInstance(
                    HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(bench.files, arguments);
                            if (method.getName().equals("openRead") && isSource((Path) arguments[0])) {
                                opened.add(String.valueOf(((Path) arguments[0]).getFileName()));
                                return new Counted((SeekableByteChannel) result);
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private final class Counted extends ByteStream implements SeekableByteChannel {
            private final SeekableByteChannel file;

            Counted(SeekableByteChannel file) {
                this.file = file;
            }

            @Override
            public int read(ByteBuffer into) throws IOException {
                int n = file.read(into);
                if (bytesRead.addAndGet(Math.max(0, n)) >= dieAt) {
                    Error end = trouble.happens(life);
                    if (end != null) {
                        throw end;
                    }
                }
                return n;
            }

            @Override
            public int write(ByteBuffer from) {
                throw new UnsupportedOperationException();
            }

            @Override
            public long position() throws IOException {
                return file.position();
            }

            @Override
            public SeekableByteChannel position(long to) throws IOException {
                file.position(to);
                return this;
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public SeekableByteChannel truncate(long size) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isOpen() {
                return file.isOpen();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        }
    }

    /** What happens when enough has been read. */
    interface ReadTrouble {
        @Nullable
        Error happens(Life life) throws IOException;
    }

    ReadTrouble trouble = Life::die;

    /** A drive fails that has been written to so far. */
    void driveFails() {
        trouble = life -> {
            trouble = any -> null;
            bench.faults.at(
                    DriveOperation.WRITE, bench.faults.operations(DriveOperation.WRITE) + 1, DriveFault.DRIVE_ERROR);
            return null;
        };
    }

    /** The process dies when it has read so much. */
    Run dies(long afterBytes) throws Exception {
        Run run = new Run(afterBytes);
        run.back();
        assertThat(run.died()).as("it dies after " + afterBytes).isTrue();
        return run;
    }

    /** To its end, or that of its life. */
    Run tries() throws Exception {
        Run run = new Run(Long.MAX_VALUE);
        run.back();
        return run;
    }

    /** It meets the bench's trouble when it has read so much, and ends its job. */
    Run fails(long afterBytes) throws Exception {
        Run run = new Run(afterBytes);
        run.back();
        assertThat(run.job().state()).isEqualTo(JobState.FAILED);
        return run;
    }

    /** In a new process, which first puts right what others left. */
    Run runs() throws Exception {
        Run run = new Run(Long.MAX_VALUE);
        run.node.recover();
        run.back();
        return run;
    }

    Run completes() throws Exception {
        Run run = runs();
        assertThat(run.job().state())
                .as(run.job().cause() + "\n" + run.transcript())
                .isIn(JobState.COMPLETED, JobState.COMPLETED_WITH_WARNINGS);
        return run;
    }

    Backup only() throws IOException {
        List<Backup> all = bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    Path restore(Workbench.Node node, Backup backup) throws Exception {
        Path to = Files.createDirectories(home.resolve("restored" + restores++));
        List<Job> jobs = node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.ById(backup.id())),
                List.of(),
                to,
                RestoreRequest.Existing.REPLACE,
                null,
                null));
        assertThat(jobs)
                .allSatisfy(job -> assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED));
        return to.resolve(tree.subpath(0, tree.getNameCount()));
    }

    /** Verified, and restored to what the tree is now, hard links included. */
    void assertGood(Backup backup) throws Exception {
        assertGood(bench.node(), backup);
    }

    void assertGood(Workbench.Node node, Backup backup) throws Exception {
        Job verified = node.restores.verify(backup.id(), null);
        assertThat(verified.state()).as(verified.cause()).isEqualTo(JobState.COMPLETED);
        Path restored = restore(node, backup);
        assertThat(Trees.content(restored)).isEqualTo(Trees.content(tree));
        for (String name : fromSnapshots ? List.<String>of() : List.of("d5/linked", "d3/linked")) {
            assertThat(Files.isSameFile(restored.resolve("d0/f00"), restored.resolve(name)))
                    .isTrue();
        }
    }

    /** Reads sections into the catalog, as for a node that lost it. */
    static String importAll(Workbench.Node node, List<FoundSection> sections) throws Exception {
        JobRun run = node.jobs
                .begin(new JobRequest("import", JobKind.BACKUP, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
        StringBuilder said = new StringBuilder();
        node.imports.importAll("vault", sections, new Transcript() {
            @Override
            public void line(String text) {
                said.append(text).append('\n');
            }

            @Override
            public void sync() {}

            @Override
            public void close() {}
        });
        run.end();
        return said.toString();
    }

    Path checkpoint() throws IOException {
        try (var all = Files.list(home.resolve("checkpoints"))) {
            List<Path> found = all.toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    @Override
    public void close() throws IOException {
        bench.close();
    }
}
