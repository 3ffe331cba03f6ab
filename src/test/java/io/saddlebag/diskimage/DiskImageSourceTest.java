package io.saddlebag.diskimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.MemoryDisk;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.disk.local.LocalDisks;
import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.FileSystemFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import io.saddlebag.image.PartEnd;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.qcow2.SinglePassImage;
import io.saddlebag.testing.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D9")
@Timeout(120)
class DiskImageSourceTest {
    private static final int CLUSTER = ClusterSet.CLUSTER_BYTES;

    @TempDir
    Path folder;

    private final ExecutorService executor = Executors.newFixedThreadPool(3);
    private final Posix posix = posix();
    private final HostFiles files = new LocalFiles(posix);
    private final Disks local = new LocalDisks(posix, files);
    private final List<String> notes = new ArrayList<>();

    private static Posix posix() {
        assumeTrue(LinuxPosix.isAvailable(), "not Linux on x86-64 or aarch64");
        return new LinuxPosix();
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private HashStore hashes() {
        return new HashStore(files, folder.resolve("hashes"));
    }

    private DiskImageSource.Parts parts(Disks disks) {
        Watch watch = new Watch() {
            @Override
            public void working() {}

            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
        var attributes = MemberAttributes.of(0600, Owner.ROOT, MemberTimes.modified(Instant.EPOCH));
        return new DiskImageSource.Parts(disks, files, hashes(), executor, watch, attributes);
    }

    private DiskToImage disk(String name) {
        return new DiskToImage(folder.resolve("disk"), name, null, Blocks.AUTO);
    }

    private Map<String, byte[]> image(Disks disks, String name, @Nullable String parent, Blocks blocks)
            throws IOException {
        return members(new DiskImageSource(
                parts(disks), List.of(new DiskToImage(folder.resolve("disk"), name, parent, blocks))));
    }

    private static Map<String, byte[]> members(DiskImageSource opened) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (DiskImageSource source = opened) {
            for (ImageMember member = source.next(); member != null; member = source.next()) {
                try (InputStream content = member.content().open()) {
                    byte[] bytes = content.readAllBytes();
                    assertThat(bytes).as(member.path().toString()).hasSize((int) member.size());
                    members.put(member.path().toString(), bytes);
                }
            }
        }
        return members;
    }

    private Map<String, byte[]> image(String name, @Nullable String parent) throws IOException {
        return image(local, name, parent, Blocks.AUTO);
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(folder.resolve("disk"), bytes);
    }

    private static byte[] random(int clusters, long seed) {
        byte[] bytes = new byte[clusters * CLUSTER];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] restore(int size, byte[]... chain) throws IOException {
        MemoryDisk target = MemoryDisk.of(size, 0xee);
        for (byte[] image : chain) {
            SinglePassImage.open(new ByteArrayInputStream(image), "image").copyTo(target);
        }
        return target.bytes();
    }

    @Test
    void a_disk_becomes_an_image_and_its_hashes() throws Exception {
        byte[] disk = random(40, 1);
        write(disk);

        Map<String, byte[]> members = image("full", null);

        assertThat(members.keySet()).containsExactly("full.qcow2", "full.clusters");
        assertThat(restore(disk.length, members.get("full.qcow2"))).isEqualTo(disk);
        assertThat(Files.readAllBytes(folder.resolve("hashes/full.clusters"))).isEqualTo(members.get("full.clusters"));
        hashes().requireSound("full");
        assertThat(notes)
                .containsExactly(folder.resolve("disk") + " of 2.5 MiB: all blocks that are no holes; image full.qcow2"
                        + " has 2.5 MiB");
    }

    private static PartEnd behind(String member) {
        return new PartEnd(512, 1, 0, 1, 1, 0, "0".repeat(64), ByteString.of(member), null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("D6")
    void behind_a_disks_image_come_its_hashes_be_they_known_or_not(boolean known) throws Exception {
        write(random(40, 1));
        byte[] hashes = image("a", null).get("a.clusters");
        if (!known) {
            Files.delete(folder.resolve("hashes/a.clusters"));
        }

        var rest = members(DiskImageSource.behind(behind("a.qcow2"), parts(local), List.of(disk("a"), disk("b"))));

        assertThat(rest.keySet()).containsExactly("a.clusters", "b.qcow2", "b.clusters");
        assertThat(rest.get("a.clusters")).isEqualTo(hashes);
        hashes().requireSound("a");
    }

    @Test
    @Tag("D6")
    void behind_a_disks_hashes_comes_the_next_disk() throws Exception {
        write(random(40, 1));
        List<DiskToImage> disks = List.of(disk("a"), disk("b"));

        assertThat(members(DiskImageSource.behind(behind("a.clusters"), parts(local), disks)))
                .containsOnlyKeys("b.qcow2", "b.clusters");
        assertThat(members(DiskImageSource.behind(behind("b.clusters"), parts(local), disks)))
                .isEmpty();
        assertThatThrownBy(() -> DiskImageSource.behind(behind("c.qcow2"), parts(local), disks))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("Q5")
    void an_overlay_holds_what_changed() throws Exception {
        byte[] before = random(40, 1);
        write(before);
        byte[] full = image("full", null).get("full.qcow2");
        byte[] after = before.clone();
        after[3 * CLUSTER + 17] ^= 1;
        Arrays.fill(after, 7 * CLUSTER, 9 * CLUSTER, (byte) 0);
        after[40 * CLUSTER - 1] ^= 1;
        write(after);

        Map<String, byte[]> members = image("next", "full");
        byte[] next = members.get("next.qcow2");

        SinglePassImage read = SinglePassImage.open(new ByteArrayInputStream(next), "next");
        assertThat(read.backingName()).contains("full.qcow2");
        assertThat(read.data().count()).isEqualTo(2);
        assertThat(read.zeros().count()).isEqualTo(2);
        assertThat(restore(after.length, full, next)).isEqualTo(after);
        assertThat(restore(before.length, full)).isEqualTo(before);
    }

    @Test
    @Tag("Q5")
    void an_overlay_of_an_unchanged_disk_has_no_data_at_all() throws Exception {
        write(random(5, 1));
        image("full", null);

        byte[] next = image("next", "full").get("next.qcow2");

        assertThat(next).hasSize(4 * CLUSTER);
        assertThat(SinglePassImage.open(new ByteArrayInputStream(next), "next")
                        .data()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void overlays_follow_a_disk_that_grows_and_shrinks() throws Exception {
        byte[] first = random(10, 1);
        write(first);
        byte[] full = image("a", null).get("a.qcow2");
        byte[] grown = Arrays.copyOf(random(14, 2), 14 * CLUSTER - 512);
        System.arraycopy(first, 0, grown, 0, first.length);
        write(grown);
        byte[] second = image("b", "a").get("b.qcow2");
        byte[] shrunk = Arrays.copyOf(grown, 3 * CLUSTER + 1000);
        write(shrunk);
        byte[] third = image("c", "b").get("c.qcow2");

        Files.write(folder.resolve("a.qcow2"), full);
        Files.write(folder.resolve("b.qcow2"), second);
        Files.write(folder.resolve("c.qcow2"), third);
        Program.need("qemu-img");
        for (String name : List.of("b", "c")) {
            assertThat(Program.run(folder, "qemu-img", "check", name + ".qcow2"))
                    .contains("No errors");
            Program.run(folder, "qemu-img", "convert", "-O", "raw", name + ".qcow2", name);
        }
        assertThat(Files.readAllBytes(folder.resolve("b"))).isEqualTo(grown);
        assertThat(Arrays.copyOf(Files.readAllBytes(folder.resolve("c")), shrunk.length))
                .isEqualTo(shrunk);
    }

    @Test
    void chains_of_random_changes_show_each_state() throws Exception {
        for (long seed = 0; seed < 15; seed++) {
            Random random = new Random(seed);
            byte[] disk = random(1 + random.nextInt(60), seed);
            List<byte[]> chain = new ArrayList<>();
            String parent = null;
            for (int generation = 0; generation < 4; generation++) {
                for (int i = 0; i < random.nextInt(6); i++) {
                    int at = random.nextInt(disk.length);
                    int end = Math.min(disk.length, at + random.nextInt(3 * CLUSTER));
                    if (random.nextBoolean()) {
                        Arrays.fill(disk, at, end, (byte) 0);
                    } else {
                        Arrays.fill(disk, at, end, (byte) random.nextInt());
                    }
                }
                writeSparsely(disk);
                String name = "s" + seed + "g" + generation;
                chain.add(image(name, parent).get(name + ".qcow2"));
                parent = name;
                assertThat(restore(disk.length, chain.toArray(byte[][]::new)))
                        .as(name)
                        .isEqualTo(disk);
            }
        }
    }

    /** Clusters of zeros become holes. */
    private void writeSparsely(byte[] disk) throws IOException {
        Path path = folder.resolve("disk");
        Files.deleteIfExists(path);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(disk.length);
            for (int at = 0; at < disk.length; at += CLUSTER) {
                int length = Math.min(CLUSTER, disk.length - at);
                if (!Arrays.equals(disk, at, at + length, new byte[length], 0, length)) {
                    file.seek(at);
                    file.write(disk, at, length);
                }
            }
        }
    }

    @Test
    void holes_are_neither_read_nor_stored() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("disk").toFile(), "rw")) {
            file.setLength(1L << 36);
            file.seek(1L << 35);
            file.write(new byte[] {1, 2, 3});
        }

        byte[] image = image("full", null).get("full.qcow2");

        assertThat(SinglePassImage.open(new ByteArrayInputStream(image), "full")
                        .data()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_disk_that_is_changed_while_it_is_read_gives_no_image() throws Exception {
        write(random(40, 1));
        Disks disturbed = new OtherDisks(local) {
            @Override
            public ReadableDisk openRead(Path path) throws IOException {
                return new OtherDisk(super.openRead(path)) {
                    @Override
                    public void read(long offsetBytes, ByteBuffer into) throws IOException {
                        super.read(offsetBytes, into);
                        if (offsetBytes > 0) {
                            // not cut short meanwhile: other threads read as well
                            Files.write(path, random(41, 2), StandardOpenOption.WRITE);
                        }
                    }
                };
            }
        };

        assertThatThrownBy(() -> image(disturbed, "full", null, Blocks.AUTO))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(DiskImageFault.SOURCE_CHANGED)).isTrue());
    }

    @Test
    void a_cluster_that_differs_between_two_readings_gives_no_image() throws Exception {
        write(random(40, 1));
        image("full", null);
        write(random(40, 2));
        int[] reads = {0};
        Disks disturbed = new OtherDisks(local) {
            @Override
            public ReadableDisk openRead(Path path) throws IOException {
                return new OtherDisk(super.openRead(path)) {
                    @Override
                    public synchronized void read(long offsetBytes, ByteBuffer into) throws IOException {
                        super.read(offsetBytes, into);
                        // the second of this place
                        if (offsetBytes == 16 * CLUSTER && ++reads[0] == 2) {
                            into.put(5, (byte) (into.get(5) + 1));
                        }
                    }
                };
            }
        };

        assertThatThrownBy(() -> image(disturbed, "next", "full", Blocks.AUTO))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(DiskImageFault.SOURCE_CHANGED)).isTrue())
                .hasMessageContaining("cluster 16 of " + folder.resolve("disk") + " was changed between two readings");
    }

    /** A plain failure must not be padded with zeros, as one of a file would be. */
    @Test
    void a_disk_that_cant_be_read_gives_no_image() throws Exception {
        write(random(40, 1));
        Disks broken = new OtherDisks(local) {
            @Override
            public ReadableDisk openRead(Path path) throws IOException {
                return new OtherDisk(super.openRead(path)) {
                    @Override
                    public void read(long offsetBytes, ByteBuffer into) throws IOException {
                        if (offsetBytes >= 16 * CLUSTER) {
                            throw new IOException("Input/output error");
                        }
                        super.read(offsetBytes, into);
                    }
                };
            }
        };

        assertThatThrownBy(() -> image(broken, "full", null, Blocks.ALL))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(DiskFault.READ_FAILED)).isTrue())
                .hasMessageContaining("Input/output error");
    }

    @Test
    void only_what_is_used_is_wanted_when_that_is_asked_for() throws Exception {
        write(random(40, 1));

        assertThatThrownBy(() -> image(local, "full", null, Blocks.USED))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(FileSystemFault.NO_FILE_SYSTEM)).isTrue());
        write(new byte[0]);
        assertThatThrownBy(() -> image("full", null)).hasMessageContaining("is empty");
    }

    @Test
    void damaged_hashes_are_never_believed() throws Exception {
        write(random(300, 1));
        byte[] good = image("full", null).get("full.clusters");
        Path file = folder.resolve("hashes/full.clusters");
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] bad = random.nextInt(5) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (bad.length == good.length) {
                bad[random.nextInt(2) == 0 ? random.nextInt(64) : random.nextInt(bad.length)] ^=
                        (byte) (1 << random.nextInt(8));
            }
            Files.write(file, bad);
            assertThatThrownBy(() -> hashes().requireSound("full"))
                    .as("seed %s", seed)
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.is(DiskImageFault.BAD_HASHES)).isTrue());
        }
        Files.delete(file);
        assertThatThrownBy(() -> hashes().requireSound("full")).hasMessageContaining("there is no file");
    }

    @Test
    void hash_files_of_images_that_are_no_parents_any_more_go() throws Exception {
        hashes().keepOnly(name -> true);
        write(random(3, 1));
        image("a", null);
        image("b", null);

        hashes().keepOnly("b"::equals);

        assertThat(hashes().has("a")).isFalse();
        assertThat(hashes().has("b")).isTrue();
    }

    @Test
    void names_that_lead_elsewhere_are_refused() {
        for (String name : List.of("", "../a", "a/b", ".hidden", "x".repeat(201))) {
            assertThatThrownBy(() -> new DiskToImage(folder, name, null, Blocks.AUTO))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Blocks.parse("some")).hasMessage("'some' are no blocks; valid are auto, used, all");
    }

    private static class OtherDisks implements Disks {
        private final Disks disks;

        OtherDisks(Disks disks) {
            this.disks = disks;
        }

        @Override
        public DiskStatus status(Path path) throws IOException {
            return disks.status(path);
        }

        @Override
        public Path diskOf(Path path) throws IOException {
            return disks.diskOf(path);
        }

        @Override
        public ReadableDisk openRead(Path path) throws IOException {
            return disks.openRead(path);
        }

        @Override
        public List<DataRange> dataRanges(Path path, int limit) throws IOException {
            return disks.dataRanges(path, limit);
        }

        @Override
        public WritableDisk openWrite(Path device) throws IOException {
            return disks.openWrite(device);
        }

        @Override
        public NewDisk create(Path file, long sizeBytes) throws IOException {
            return disks.create(file, sizeBytes);
        }
    }

    private static class OtherDisk implements ReadableDisk {
        private final ReadableDisk disk;

        OtherDisk(ReadableDisk disk) {
            this.disk = disk;
        }

        @Override
        public long sizeBytes() {
            return disk.sizeBytes();
        }

        @Override
        public void read(long offsetBytes, ByteBuffer into) throws IOException {
            disk.read(offsetBytes, into);
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }
}
