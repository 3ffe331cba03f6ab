package io.saddlebag.diskimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.VolumeBackup;
import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.blockmap.BlockMaps;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.local.ReadOnlyFile;
import io.saddlebag.fault.BackupException;
import io.saddlebag.fault.FaultCode;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.job.Transcript;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.restore.VolumeRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.testing.LoopDevice;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import io.saddlebag.workbench.Workbench;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups and restores of disks through media and catalog. */
@Tag("D9")
@Tag("W15")
@Timeout(180)
class VolumeWorkflowTest {
    private static final int CLUSTER = ClusterSet.CLUSTER_BYTES;

    @TempDir
    Path folder;

    private Workbench bench;
    private Path disk;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(folder.resolve("home"));
        disk = folder.resolve("disk");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private VolumeBackup.Order order(Workbench.Node node, int level, Blocks blocks, Path... sources) {
        return new VolumeBackup.Order(
                "vol",
                null,
                Overlap.SKIP,
                List.of(sources),
                "none",
                (provider, paths) -> new NoSnapshots(bench.time),
                node.imaging,
                new VolumeOptions(level, blocks, Compression.NONE),
                node.target());
    }

    private Job backup(int level, Path... sources) throws IOException, InterruptedException {
        Workbench.Node node = bench.node();
        return new VolumeBackup(node.backups)
                .run(order(node, level, Blocks.AUTO, sources.length == 0 ? new Path[] {disk} : sources))
                .orElseThrow();
    }

    private BackupId completed(int level) throws IOException, InterruptedException {
        Job job = backup(level);
        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        return BackupId.parse(job.figures().get("backup-id"));
    }

    private static VolumeRequest request(BackupId backup, Path target, VolumeRequest.Occupied occupied) {
        return new VolumeRequest(new BackupSelector.ById(backup), null, target, occupied, null, Prompt.OPERATOR);
    }

    private List<Job> restore(BackupId backup, Path target) throws IOException, InterruptedException {
        return bench.node().volumeRestores.restore(request(backup, target, VolumeRequest.Occupied.REFUSE));
    }

    private byte[] restored(BackupId backup) throws IOException, InterruptedException {
        Path target = folder.resolve("restored-" + backup);
        for (Job job : restore(backup, target)) {
            assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        }
        return Files.readAllBytes(target);
    }

    private void refused(BackupId backup, Path target, FaultCode fault, String text) {
        int jobs = jobs();
        assertThatThrownBy(() -> restore(backup, target))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(fault)).as(e.getMessage()).isTrue())
                .hasMessageContaining(text);
        assertThat(jobs()).isEqualTo(jobs);
    }

    private int jobs() {
        try {
            return bench.log().jobs().size();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] random(int bytes, long seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    private VolumeFacts facts(BackupId id) throws IOException {
        return VolumeFacts.of(bench.catalog().find(id).orElseThrow().about().facts())
                .orElseThrow();
    }

    @Test
    void a_disk_goes_to_tape_and_comes_back() throws Exception {
        Files.write(disk, random(5 * CLUSTER + 1234, 1));

        BackupId backup = completed(VolumeOptions.FULL);

        assertThat(restored(backup)).isEqualTo(Files.readAllBytes(disk));
        Backup recorded = bench.catalog().find(backup).orElseThrow();
        assertThat(recorded.objects()).isEqualTo(2);
        assertThat(facts(backup).volumes()).singleElement().satisfies(volume -> {
            assertThat(volume.source()).isEqualTo(disk.toString());
            assertThat(volume.sizeBytes()).isEqualTo(5 * CLUSTER + 1234);
            assertThat(volume.fileName()).isEqualTo("vol-" + recorded.about().imageId() + ".qcow2");
        });
        assertThat(bench.node().restores.verify(backup, null).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("D2")
    void each_level_is_an_overlay_of_the_newest_lower_one() throws Exception {
        byte[][] states = new byte[6][];
        BackupId[] backups = new BackupId[6];
        int[] levels = {0, 5, 5, 7, 10, 3};
        for (int i = 0; i < levels.length; i++) {
            states[i] = i == 0 ? random(20 * CLUSTER, 1) : states[i - 1].clone();
            states[i][i * CLUSTER + 7] ^= 1;
            Files.write(disk, states[i]);
            backups[i] = completed(levels[i]);
        }

        // 1 and 2 on the full one, 3 on 2, 4 on whatever is the newest, 5 on the full one
        int[] parents = {-1, 0, 0, 2, 3, 0};
        for (int i = 0; i < levels.length; i++) {
            String parent = parents[i] < 0
                    ? null
                    : bench.catalog()
                            .find(backups[parents[i]])
                            .orElseThrow()
                            .about()
                            .imageId();
            assertThat(facts(backups[i]).parentImage()).as("backup %s", i).isEqualTo(Optional.ofNullable(parent));
            assertThat(facts(backups[i]).level()).isEqualTo(levels[i]);
            assertThat(restored(backups[i])).as("backup %s", i).isEqualTo(states[i]);
        }
    }

    @Test
    @Tag("W16")
    void a_chain_is_restored_by_jobs_that_depend_on_each_other() throws Exception {
        Files.write(disk, random(3 * CLUSTER, 1));
        completed(VolumeOptions.FULL);
        Files.write(disk, random(3 * CLUSTER, 2));
        BackupId second = completed(VolumeOptions.INCREMENTAL);

        List<Job> jobs = restore(second, folder.resolve("target"));

        assertThat(jobs).hasSize(2).allMatch(job -> job.state() == JobState.COMPLETED);
        assertThat(jobs.get(1).request().dependsOn())
                .containsExactly(jobs.get(0).name());
    }

    @Test
    void the_image_files_of_a_chain_are_for_any_qemu() throws Exception {
        Program.need("qemu-img");
        Files.write(disk, random(4 * CLUSTER, 1));
        completed(VolumeOptions.FULL);
        byte[] after = random(4 * CLUSTER, 1);
        after[CLUSTER] ^= 1;
        Files.write(disk, after);
        BackupId second = completed(VolumeOptions.INCREMENTAL);
        Path to = Files.createDirectory(folder.resolve("files"));

        for (int id = 1; id <= 2; id++) {
            var request = new RestoreRequest(
                    List.of(new BackupSelector.ById(new BackupId(id))),
                    List.of(),
                    to,
                    RestoreRequest.Existing.KEEP,
                    null,
                    null);
            assertThat(bench.node().restores.restore(request).get(0).state()).isEqualTo(JobState.COMPLETED);
        }

        String newest = facts(second).volumes().get(0).fileName();
        assertThat(Program.run(to, "qemu-img", "check", newest)).contains("No errors were found");
        assertThat(Program.run(to, "qemu-img", "compare", "-f", "qcow2", "-F", "raw", newest, disk))
                .contains("Images are identical");
    }

    @Test
    void what_isnt_used_comes_back_as_zeros_and_the_rest_as_it_was() throws Exception {
        Program.need("mke2fs", "e2fsck", "qemu-img");
        disk = Volumes.make(folder, "disk", 40 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Volumes.mounted(disk, "", mounted -> Volumes.fill(mounted, 300, 1));
        BackupId full = completed(VolumeOptions.FULL);
        Volumes.mounted(disk, "", mounted -> {
            Files.delete(mounted.resolve("d1/f1"));
            Files.write(mounted.resolve("new"), random(3_000_000, 5));
        });
        BackupId next = completed(VolumeOptions.INCREMENTAL);

        byte[] restored = restored(next);
        assertThat(Program.run(folder, "e2fsck", "-fn", folder.resolve("restored-" + next)))
                .contains("files");
        byte[] now = Files.readAllBytes(disk);
        ClusterSet used;
        try (var opened = ReadOnlyFile.open(disk)) {
            used = BlockMaps.read(opened).clusters();
        }
        for (int cluster = 0; cluster < used.clusters(); cluster++) {
            int from = cluster * CLUSTER;
            byte[] expected =
                    used.contains(cluster) ? Arrays.copyOfRange(now, from, from + CLUSTER) : new byte[CLUSTER];
            assertThat(Arrays.equals(expected, 0, CLUSTER, restored, from, from + CLUSTER))
                    .as("cluster %s", cluster)
                    .isTrue();
        }
        assertThat(bench.catalog().find(next).orElseThrow().dataBytes())
                .isLessThan(bench.catalog().find(full).orElseThrow().dataBytes());
        Volumes.mounted(
                folder.resolve("restored-" + next),
                "ro",
                back -> Volumes.mounted(
                        disk,
                        "ro",
                        source -> assertThat(Program.run(folder, "diff", "-r", "--no-dereference", source, back))
                                .isEmpty()));
    }

    @Test
    void a_device_is_overwritten_only_when_that_is_asked_for() throws Exception {
        disk = Volumes.make(folder, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        BackupId backup = completed(VolumeOptions.FULL);
        Path backing = Files.write(folder.resolve("backing"), random(12 << 20, 7));
        try (LoopDevice loop = LoopDevice.of(backing)) {
            refused(backup, loop.path(), DiskImageFault.TARGET_UNFIT, "holds something already");
            assertThat(Files.readAllBytes(backing)).isEqualTo(random(12 << 20, 7));

            List<Job> jobs =
                    bench.node().volumeRestores.restore(request(backup, loop.path(), VolumeRequest.Occupied.OVERWRITE));

            assertThat(jobs.get(0).state()).as(jobs.get(0).cause()).isEqualTo(JobState.COMPLETED);
            Program.run(folder, "e2fsck", "-fn", loop.path());
        }
        byte[] written = Files.readAllBytes(backing);
        assertThat(Arrays.equals(written, 0, 8 << 20, Files.readAllBytes(disk), 0, 8 << 20))
                .isTrue();
        // what lies behind the volume isn't the volume's
        assertThat(Arrays.copyOfRange(written, 8 << 20, 12 << 20))
                .isEqualTo(Arrays.copyOfRange(random(12 << 20, 7), 8 << 20, 12 << 20));
    }

    @Test
    void targets_that_cant_take_the_volume_are_refused_before_anything_is_touched() throws Exception {
        disk = Volumes.make(folder, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        BackupId backup = completed(VolumeOptions.FULL);
        Path small = Files.write(folder.resolve("small"), new byte[(8 << 20) - 512]);
        Path other = Volumes.make(folder, "other", 16 << 20, "mke2fs", "-q", "-F", "-t", "ext4");

        refused(backup, small, DiskImageFault.TARGET_UNFIT, "holds something already");
        refused(backup, folder.resolve("no/folder"), DiskImageFault.TARGET_UNFIT, "there is no folder");
        refused(backup, folder, DiskFault.NO_DISK, "is neither a block device nor a regular file");
        try (LoopDevice loop = LoopDevice.of(small)) {
            refused(backup, loop.path(), DiskImageFault.TARGET_UNFIT, "8388096 and 8388608 bytes");
            refused(backup, small, DiskFault.IN_USE, "is attached as " + loop.path());
        }
        Volumes.mounted(other, "", mounted -> {
            refused(backup, other, DiskFault.IN_USE, "is mounted at " + mounted);
            assertThat(mounted.resolve("lost+found")).exists();
        });
    }

    @Test
    void a_source_that_is_mounted_for_writing_is_refused() throws Exception {
        disk = Volumes.make(folder, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Volumes.mounted(disk, "", mounted -> {
            for (Path source : List.of(disk, mounted)) {
                Job job = backup(VolumeOptions.FULL, source);
                assertThat(job.state()).isEqualTo(JobState.FAILED);
                assertThat(job.cause())
                        .contains("SBG-N301")
                        .contains("is mounted at " + mounted + ", and may change while it is read")
                        .contains("HINT: Image a snapshot of it");
            }
            Job folderOnly = backup(VolumeOptions.FULL, mounted.resolve("lost+found"));
            assertThat(folderOnly.cause()).contains("is a folder within the file system at " + mounted);
        });
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).isEmpty();
        Volumes.mounted(
                disk,
                "ro",
                mounted ->
                        assertThat(backup(VolumeOptions.FULL, mounted).state()).isEqualTo(JobState.COMPLETED));
    }

    @Test
    void an_unclean_file_system_is_imaged_whole_when_that_is_asked_for() throws Exception {
        Program.need("debugfs");
        disk = Volumes.make(folder, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Program.run(folder, "debugfs", "-w", "-R", "feature needs_recovery", disk);

        assertThat(backup(VolumeOptions.FULL).cause()).contains("SBG-N103").contains("its journal has to be replayed");

        Workbench.Node node = bench.node();
        Job job = new VolumeBackup(node.backups)
                .run(order(node, VolumeOptions.FULL, Blocks.ALL, disk))
                .orElseThrow();
        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(restored(BackupId.parse(job.figures().get("backup-id")))).isEqualTo(Files.readAllBytes(disk));
    }

    @Test
    void without_its_parents_hashes_an_image_is_a_full_one_and_says_why() throws Exception {
        Files.write(disk, random(3 * CLUSTER, 1));
        BackupId first = completed(VolumeOptions.INCREMENTAL);
        assertThat(facts(first).level()).isZero();
        Files.delete(bench.home.resolve(
                "cluster-hashes/" + facts(first).volumes().get(0).image() + ".clusters"));

        Job job = backup(VolumeOptions.INCREMENTAL);

        assertThat(job.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(job.cause()).contains("is a full one: there is no file of cluster hashes");
        BackupId second = BackupId.parse(job.figures().get("backup-id"));
        assertThat(facts(second).parentImage()).isEmpty();
        assertThat(restored(second)).isEqualTo(Files.readAllBytes(disk));
    }

    @Test
    void nothing_is_put_on_top_of_a_backup_that_is_lost() throws Exception {
        Files.write(disk, random(3 * CLUSTER, 1));
        BackupId first = completed(VolumeOptions.FULL);
        Files.write(disk, random(3 * CLUSTER, 2));
        BackupId second = completed(VolumeOptions.INCREMENTAL);
        lose(first);

        refused(second, folder.resolve("target"), CatalogFault.NOT_COMPLETE, "is lost");
        Job job = backup(VolumeOptions.INCREMENTAL);

        assertThat(job.cause())
                .contains("the image is a full one: backup " + first)
                .contains("is lost");
        BackupId third = BackupId.parse(job.figures().get("backup-id"));
        assertThat(facts(third).parentImage()).isEmpty();
        assertThat(restored(third)).isEqualTo(Files.readAllBytes(disk));
    }

    /** Each backup of the bench lies on the same volume: another catalog row says that this one is gone. */
    private void lose(BackupId backup) throws IOException {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + bench.home.resolve("node0.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("update backup set state = 'LOST', cause = 'test' where id = " + backup);
        } catch (java.sql.SQLException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_restore_that_fails_leaves_no_file_and_no_device_that_looks_whole() throws Exception {
        disk = Volumes.make(folder, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Volumes.mounted(disk, "", mounted -> Files.write(mounted.resolve("file"), random(3 << 20, 3)));
        BackupId backup = completed(VolumeOptions.FULL);
        bench.readWrap = stored -> new Cut(stored, 2 << 20);
        Path target = folder.resolve("target");

        List<Job> jobs = restore(backup, target);

        assertThat(jobs.get(0).state()).isEqualTo(JobState.FAILED);
        assertThat(target).doesNotExist();
        Path backing = Files.write(folder.resolve("backing"), random(8 << 20, 7));
        try (LoopDevice loop = LoopDevice.of(backing)) {
            jobs = bench.node().volumeRestores.restore(request(backup, loop.path(), VolumeRequest.Occupied.OVERWRITE));
            assertThat(jobs.get(0).state()).isEqualTo(JobState.FAILED);
            assertThat(bench.transcripts.lines(jobs.get(0).name()))
                    .anyMatch(line -> line.contains(loop.path() + " holds only a part of the volume now"));
            Program.run(folder, "sync", loop.path());
        }
        assertThat(Arrays.copyOf(Files.readAllBytes(backing), 1 << 20)).containsOnly(0);
    }

    private static final class Cut extends FilterInputStream {
        private int left;

        Cut(InputStream in, int left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, Math.min(length, left));
            left -= n;
            if (left <= 0) {
                throw new IOException("the drive has a fault");
            }
            return n;
        }
    }

    @Test
    @Tag("W5")
    void several_disks_are_one_backup_and_each_comes_back_alone() throws Exception {
        Path second = folder.resolve("second");
        Files.write(disk, random(3 * CLUSTER, 1));
        Files.write(second, random(5 * CLUSTER, 2));
        Job job = backup(VolumeOptions.FULL, disk, second);
        BackupId backup = BackupId.parse(job.figures().get("backup-id"));

        refused(
                backup,
                folder.resolve("target"),
                DiskImageFault.NOT_A_VOLUME,
                "holds the disks " + disk + ", " + second);
        Path target = folder.resolve("target");
        var request = new VolumeRequest(
                new BackupSelector.ById(backup),
                second.toString(),
                target,
                VolumeRequest.Occupied.REFUSE,
                null,
                Prompt.OPERATOR);
        assertThat(bench.node().volumeRestores.restore(request).get(0).state()).isEqualTo(JobState.COMPLETED);
        assertThat(Files.readAllBytes(target)).isEqualTo(Files.readAllBytes(second));
    }

    @Test
    void a_backup_of_disks_is_never_restored_to_its_place_as_files() throws Exception {
        Files.write(disk, random(3 * CLUSTER, 1));
        BackupId backup = completed(VolumeOptions.FULL);
        var request = new RestoreRequest(
                List.of(new BackupSelector.ById(backup)), List.of(), null, RestoreRequest.Existing.KEEP, null, null);

        assertThatThrownBy(() -> bench.node().restores.restore(request))
                .hasMessageContaining("is of whole disks")
                .hasMessageContaining("saddlebag image restore " + backup);
    }

    @Test
    void a_backup_of_files_holds_no_disk() throws Exception {
        Job job = bench.node().backup();
        BackupId backup = BackupId.parse(job.figures().get("backup-id"));

        refused(backup, folder.resolve("target"), DiskImageFault.NOT_A_VOLUME, "holds no images of disks");
    }

    @Test
    @Tag("C1")
    void a_catalog_that_was_read_in_from_tape_knows_the_chain() throws Exception {
        Files.write(disk, random(3 * CLUSTER, 1));
        completed(VolumeOptions.FULL);
        byte[] now = random(3 * CLUSTER, 1);
        now[5] ^= 1;
        Files.write(disk, now);
        BackupId second = completed(VolumeOptions.INCREMENTAL);
        VolumeFacts before = facts(second);
        assertThat(before.parentImage()).isPresent();

        bench.loseCatalog();
        try (Transcript transcript = bench.transcripts.open(new JobName("1"))) {
            bench.node().imports.importAll("vault", bench.scan("SBG001"), transcript);
        }

        assertThat(facts(new BackupId(2))).isEqualTo(before);
        assertThat(restored(new BackupId(2))).isEqualTo(now);
    }

    @Test
    void levels_have_names_and_numbers() {
        assertThat(VolumeOptions.parseLevel("full")).isZero();
        assertThat(VolumeOptions.parseLevel("Incremental")).isEqualTo(10);
        assertThat(VolumeOptions.parseLevel("7")).isEqualTo(7);
        for (@Nullable String bad : new String[] {"", "11", "-1", "some"}) {
            assertThatThrownBy(() -> VolumeOptions.parseLevel(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("valid are full, incremental, 0 to 10");
        }
    }
}
