package io.saddlebag.diskimage;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.RestartOptions;
import io.saddlebag.backup.VolumeBackup;
import io.saddlebag.backup.VolumeImaging;
import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.VolumeRequest;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An image of disks that was interrupted goes on from the same snapshot, behind what is written of it. */
@Tag("D6")
@Tag("D9")
@Tag("Q11")
class DiskRestartTest {
    private static final int CLUSTER = ClusterSet.CLUSTER_BYTES;
    private static final int CLUSTERS = 200;
    private static final int BYTES = CLUSTERS * CLUSTER;

    @TempDir
    Path folder;

    private Workbench bench;
    private Path disk;
    private Function<Workbench.Node, ImageTarget> target = Workbench.Node::poolTarget;
    private Compression compression = Compression.NONE;
    private boolean fromItself;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(folder.resolve("home"));
        bench.checkpointSettings = new CheckpointSettings(
                folder.resolve("home/checkpoints"),
                ByteCount.kibibytes(256),
                ByteCount.ZERO,
                CheckpointSettings.DEFAULT_LIFE);
        disk = Files.write(folder.resolve("disk"), random(BYTES, 1));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private static byte[] random(int bytes, long seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    private final class Run {
        private final Life life = Life.unending();
        private final Workbench.Node node = bench.node(life, bench.files);
        private final AtomicLong left;
        private boolean died;

        Run(long dieAfterBytes) {
            left = new AtomicLong(dieAfterBytes);
        }

        Job back(int level, Path... sources) throws Exception {
            bench.time.pass(Duration.ofMinutes(10));
            SnapshotProvider provider = fromItself ? new NoSnapshots(bench.time) : node.snapshots();
            var order = new VolumeBackup.Order(
                    "vol",
                    null,
                    Overlap.SKIP,
                    List.of(sources),
                    "copy",
                    (name, paths) -> provider,
                    new VolumeImaging(mortal(node.imaging.disks()), node.imaging.hashes()),
                    new VolumeOptions(level, Blocks.ALL, compression, Encryption.NONE, RestartOptions.DEFAULT),
                    target.apply(node));
            try {
                return new VolumeBackup(node.backups).run(order).orElseThrow();
            } catch (Life.Death expected) {
                died = true;
                node.died();
                throw expected;
            }
        }

        /** Disks of a process that ends when it has read so much. */
        private Disks mortal(Disks disks) {
            return (Disks) Proxy.newProxyInstance(
                    Disks.class.getClassLoader(), new Class<?>[] {Disks.class}, (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(disks, arguments);
                            return result instanceof ReadableDisk opened ? mortal(opened) : result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private ReadableDisk mortal(ReadableDisk opened) {
            return new ReadableDisk() {
                @Override
                public long sizeBytes() {
                    return opened.sizeBytes();
                }

                @Override
                public void read(long offsetBytes, ByteBuffer into) throws IOException {
                    if (left.addAndGet(-into.remaining()) < 0) {
                        throw life.die();
                    }
                    opened.read(offsetBytes, into);
                }

                @Override
                public void close() throws IOException {
                    opened.close();
                }
            };
        }
    }

    private void dies(long afterBytes, int level, Path... sources) {
        Run run = new Run(afterBytes);
        try {
            run.back(level, sources);
        } catch (Life.Death expected) {
            // as it should
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertThat(run.died).as("it dies after " + afterBytes).isTrue();
    }

    private Job completes(int level, Path... sources) throws Exception {
        Run run = new Run(Long.MAX_VALUE);
        run.node.recover();
        Job job = run.back(level, sources);
        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        return job;
    }

    private String transcript(Job job) throws IOException {
        return bench.transcripts.lines(job.name()).collect(Collectors.joining("\n"));
    }

    private Backup newest() throws IOException {
        List<Backup> all = bench.catalog().backups(Catalog.Filter.COMPLETE);
        return all.get(all.size() - 1);
    }

    private void assertHolds(Backup backup, Path source, byte[] expected) throws Exception {
        Path to = folder.resolve("restored-" + source.getFileName() + "-" + backup.id());
        var request = new VolumeRequest(
                new BackupSelector.ById(backup.id()),
                source.toString(),
                to,
                VolumeRequest.Occupied.REFUSE,
                null,
                Prompt.OPERATOR);
        for (Job job : bench.node().volumeRestores.restore(request)) {
            assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        }
        assertThat(Arrays.equals(Files.readAllBytes(to), expected)).isTrue();
        Job verified = bench.node().restores.verify(backup.id(), null);
        assertThat(verified.state()).as(verified.cause()).isEqualTo(JobState.COMPLETED);
    }

    private static long goesOnAt(Job job) {
        return Long.parseLong(job.figures().getOrDefault("goes-on-at", "0"));
    }

    @ParameterizedTest
    @CsvSource({"library, none", "pool, none", "library, zstd", "pool, zstd"})
    void a_death_at_95_percent_costs_less_than_5_percent(String place, String layer) throws Exception {
        target = place.equals("pool") ? Workbench.Node::poolTarget : Workbench.Node::target;
        compression = Compression.parse(layer);
        byte[] then = Files.readAllBytes(disk);
        dies(BYTES * 95L / 100, VolumeOptions.FULL, disk);
        Files.write(disk, random(BYTES, 2));

        Job job = completes(VolumeOptions.FULL, disk);

        assertThat(transcript(job)).contains("goes on from the checkpoint of job ", "and not from a newer one");
        // read ahead are 6 MiB at most, which is much of so small a disk
        assertThat(goesOnAt(job)).isGreaterThan(BYTES * 95L / 100 - (6 << 20) - BYTES * 5L / 100);
        assertThat(newest().objects()).isEqualTo(2);
        assertHolds(newest(), disk, then);
        assertThat(bench.snapshots.left()).isEmpty();
        assertThat(folder.resolve("home/checkpoints")).isEmptyDirectory();
        assertThat(bench.log().owed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 95, 105, 150, 199})
    void of_two_disks_the_one_is_gone_on_with_that_was_being_written(int percent) throws Exception {
        Path second = Files.write(folder.resolve("second"), random(BYTES, 3));
        byte[] then = Files.readAllBytes(disk);
        dies(BYTES * (long) percent / 100, VolumeOptions.FULL, disk, second);
        Files.write(disk, random(BYTES, 2));

        Job job = completes(VolumeOptions.FULL, disk, second);

        assertThat(goesOnAt(job)).isPositive();
        assertHolds(newest(), disk, then);
        assertHolds(newest(), second, Files.readAllBytes(second));
    }

    @Test
    void what_changed_since_an_earlier_image_is_gone_on_with_too() throws Exception {
        completes(VolumeOptions.FULL, disk);
        byte[] changed = Files.readAllBytes(disk);
        for (int i = 0; i < CLUSTERS; i += 2) {
            changed[i * CLUSTER] ^= 1;
        }
        Files.write(disk, changed);
        // hashing reads all of it, and the image then half of it
        dies(BYTES + BYTES / 2 * 95L / 100, VolumeOptions.INCREMENTAL, disk);
        Files.write(disk, random(BYTES, 2));

        Job job = completes(VolumeOptions.INCREMENTAL, disk);

        assertThat(goesOnAt(job)).isPositive();
        assertHolds(newest(), disk, changed);
    }

    @Test
    void a_later_image_is_compared_with_one_that_was_gone_on_with() throws Exception {
        dies(BYTES * 95L / 100, VolumeOptions.FULL, disk);
        completes(VolumeOptions.FULL, disk);
        byte[] changed = Files.readAllBytes(disk);
        changed[7 * CLUSTER] ^= 1;
        Files.write(disk, changed);

        completes(VolumeOptions.INCREMENTAL, disk);

        assertThat(VolumeFacts.of(newest().about().facts()).orElseThrow().parentImage())
                .isPresent();
        assertThat(newest().dataBytes()).isLessThan(BYTES / 10);
        assertHolds(newest(), disk, changed);
    }

    @Test
    void a_disk_that_is_read_itself_starts_over_for_somebody_may_have_written_to_it() throws Exception {
        fromItself = true;
        dies(BYTES * 95L / 100, VolumeOptions.FULL, disk);

        Job job = completes(VolumeOptions.FULL, disk);

        assertThat(transcript(job))
                .contains(
                        "this one starts over: it is made of the disk itself, which somebody may have written to since");
        assertHolds(newest(), disk, Files.readAllBytes(disk));
    }

    @Test
    void it_may_die_again_and_again() throws Exception {
        byte[] then = Files.readAllBytes(disk);
        for (int percent = 40; percent < 100; percent += 20) {
            dies(BYTES * (long) percent / 100, VolumeOptions.FULL, disk);
            bench.node().recover();
        }

        Job job = completes(VolumeOptions.FULL, disk);

        assertThat(goesOnAt(job)).isPositive();
        assertHolds(newest(), disk, then);
    }
}
