package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotReserve;
import io.saddlebag.snapshot.btrfs.BtrfsSnapshots;
import io.saddlebag.snapshot.reflink.ReflinkSnapshots;
import io.saddlebag.testing.Program;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views on a real, small Btrfs that is written full, or that lose them, while an image is made of them. */
@Tag("W11")
@Tag("W22")
final class RoomOnFileSystemsTest {
    private static final ByteCount SIZE = ByteCount.mebibytes(400);
    /** Written anew beside a view that holds its old content, it doesn't fit. */
    private static final int FILE_MIB = 220;

    private static final int MIB = 1 << 20;
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final LinuxPosix posix = new LinuxPosix();
    private final LocalFiles files = new LocalFiles(posix);
    private LoopFileSystem btrfs;
    private Workbench bench;

    @BeforeEach
    void begin() throws Exception {
        Program.needRoot();
        btrfs = LoopFileSystem.create(posix, folder.resolve("btrfs"), LoopFileSystem.Kind.BTRFS, SIZE);
        bench = new Workbench(Files.createDirectory(folder.resolve("home")));
        bench.reserve = SnapshotReserve.parse("25%");
    }

    @AfterEach
    void end() throws IOException {
        if (bench != null) {
            bench.close();
        }
        if (btrfs != null) {
            btrfs.close();
        }
    }

    private SnapshotProvider provider(String name) {
        return name.equals("btrfs")
                ? new BtrfsSnapshots(posix, files, Clock.systemUTC(), new SystemWaiter())
                : new ReflinkSnapshots(posix, files, Clock.systemUTC(), new SystemWaiter());
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "reflink"})
    void a_source_that_writes_its_file_system_full_gets_its_room_back(String provider) throws Exception {
        Path source = Files.createDirectory(btrfs.path().resolve("source"));
        Path table = source.resolve("table");
        write(table, 1);
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        bench.withinImage = () -> {
            Thread writer = new Thread(() -> complete(written, () -> write(table, 2)));
            writer.setDaemon(true);
            writer.start();
            awaitLittleRoom(written);
            bench.time.pass(Duration.ofSeconds(2));
        };

        Job job = backup(provider, source);

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause())
                .contains(SnapshotFault.NO_ROOM.id(), btrfs.path().toString());
        assertThat(bench.backupState()).isNotEqualTo("complete");
        assertThat(views()).isEmpty();
        assertThat(written.get(PATIENT.toSeconds(), TimeUnit.SECONDS))
                .as("all was written")
                .isTrue();
        assertThat(Files.size(table)).isEqualTo((long) FILE_MIB * MIB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "reflink"})
    void a_view_that_somebody_deletes_makes_no_backup(String provider) throws Exception {
        Path source = Files.createDirectory(btrfs.path().resolve("source"));
        Files.writeString(source.resolve("table"), "row 1\n");
        bench.withinImage = () -> {
            for (Path view : views()) {
                if (provider.equals("btrfs")) {
                    posix.deleteSubvolume(view);
                } else {
                    Trees.remove(view);
                }
            }
        };

        Job job = backup(provider, source);

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(SnapshotFault.LOST.id());
        assertThat(bench.backupState()).isNotEqualTo("complete");
        assertThat(views()).isEmpty();
        assertThat(source.resolve("table")).hasContent("row 1\n");
    }

    private Job backup(String provider, Path source) throws Exception {
        Workbench.Node node = bench.node();
        BackupRun run =
                node.backups.begin("backup files", null, Overlap.SKIP, Map.of()).orElseThrow();
        try {
            run.snapshot(provider(provider), List.of(source));
            run.store(run.source("files", new SourceOptions(Compression.NONE)), node.target());
            return run.end(null);
        } catch (IOException e) {
            return run.end(e);
        }
    }

    /** Views that there are. */
    private List<Path> views() throws IOException {
        Path place = btrfs.path().resolve(".saddlebag-snapshots");
        if (Files.notExists(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(place, 2)) {
            return all.filter(each -> each.getNameCount() == place.getNameCount() + 2)
                    .toList();
        }
    }

    private void awaitLittleRoom(CompletableFuture<Boolean> written) throws IOException {
        long limit = System.nanoTime() + PATIENT.toNanos();
        while (files.usableSpaceBytes(btrfs.path()) >= SIZE.bytes() / 4) {
            assertThat(written)
                    .as("the source has written all, and there was room enough")
                    .isNotDone();
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    /**
     * In place, each piece durable before the next. Btrfs frees a deleted snapshot after a while; who writes faster than that
     * waits.
     */
    private static void write(Path file, long seed) throws IOException {
        byte[] piece = new byte[MIB];
        Random random = new Random(seed);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FILE_MIB; i++) {
                random.nextBytes(piece);
                write(channel, ByteBuffer.wrap(piece), (long) i * MIB);
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer piece, long at) throws IOException {
        long limit = System.nanoTime() + PATIENT.toNanos();
        while (piece.hasRemaining()) {
            try {
                channel.write(piece, at + piece.position());
                channel.force(false);
            } catch (IOException full) {
                if (System.nanoTime() > limit) {
                    throw full;
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void complete(CompletableFuture<Boolean> written, Writing writing) {
        try {
            writing.run();
            written.complete(true);
        } catch (IOException | RuntimeException e) {
            written.completeExceptionally(e);
        }
    }
}
