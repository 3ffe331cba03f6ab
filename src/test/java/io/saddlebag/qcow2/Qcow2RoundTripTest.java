package io.saddlebag.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.MemoryDisk;
import io.saddlebag.fault.BackupException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D9")
class Qcow2RoundTripTest {
    private static final int CLUSTER = Images.CLUSTER;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private Qcow2Image open(String name) throws IOException {
        return Qcow2Chain.open(name, Images.folder(files));
    }

    @Test
    void an_image_shows_its_disk() throws IOException {
        files.put("full", Images.image("ab..c.", null));

        try (Qcow2Image image = open("full")) {
            assertThat(image.sizeBytes()).isEqualTo(6 * CLUSTER);
            assertThat(image.backingName()).isEmpty();
            assertThat(Images.readAll(image)).isEqualTo(Images.disk("ab..c."));
        }
    }

    @Test
    void any_place_can_be_read() throws IOException {
        files.put("full", Images.image("ab.c", null));
        byte[] disk = Images.disk("ab.c");
        try (Qcow2Image image = open("full")) {
            for (int[] range :
                    new int[][] {{0, 1}, {CLUSTER - 1, 2}, {CLUSTER + 5, 2 * CLUSTER}, {4 * CLUSTER - 1, 1}}) {
                ByteBuffer into = ByteBuffer.allocate(range[1]);
                image.read(range[0], into);
                assertThat(into.array()).isEqualTo(Arrays.copyOfRange(disk, range[0], range[0] + range[1]));
            }
            assertThatThrownBy(() -> image.read(4 * CLUSTER - 1, ByteBuffer.allocate(2)))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> image.read(-1, ByteBuffer.allocate(1))).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void an_overlay_shows_what_changed_and_the_rest_from_below() throws IOException {
        files.put("full", Images.image("abc.e", null));
        files.put("first", Images.image(".B..0", "full"));
        files.put("second", Images.image("A..D.", "first"));

        try (Qcow2Image image = open("second")) {
            assertThat(image.backingName()).contains("first");
            // what was drawn in another place has other bytes
            byte[] expected = Images.disk("ABcD0");
            assertThat(Images.readAll(image)).isEqualTo(expected);
        }
    }

    @Test
    void an_overlay_may_be_of_a_disk_that_has_grown_or_shrunk() throws IOException {
        files.put("full", Images.image("abc", null));
        files.put("grown", Images.image("....E", "full"));
        files.put("shrunk", Images.image("..", "full"));

        assertThat(Images.readAll(open("grown"))).isEqualTo(Images.disk("abc.E"));
        assertThat(Images.readAll(open("shrunk"))).isEqualTo(Images.disk("ab"));
    }

    @Test
    void an_image_is_restored_from_a_stream_in_one_pass() throws IOException {
        MemoryDisk target = MemoryDisk.of(6 * CLUSTER, 0xee);

        SinglePassImage.open(new ByteArrayInputStream(Images.image("ab..c.", null)), "full")
                .copyTo(target);

        assertThat(target.bytes()).isEqualTo(Images.disk("ab..c."));
        assertThat(target.calls())
                .containsExactly(
                        "write 0+" + 2 * CLUSTER,
                        "zero " + 2 * CLUSTER + "+" + 2 * CLUSTER,
                        "write " + 4 * CLUSTER + "+" + CLUSTER,
                        "zero " + 5 * CLUSTER + "+" + CLUSTER);
    }

    @Test
    void overlays_restored_onto_their_parent_touch_only_what_changed() throws IOException {
        MemoryDisk target = new MemoryDisk(Images.disk("abc.e"));

        SinglePassImage.open(new ByteArrayInputStream(Images.image("..C.0", "full")), "overlay")
                .copyTo(target);

        assertThat(target.bytes()).isEqualTo(Images.disk("abC.0"));
        assertThat(target.calls())
                .containsExactly("write " + 2 * CLUSTER + "+" + CLUSTER, "zero " + 4 * CLUSTER + "+" + CLUSTER);
    }

    @Test
    void a_disk_of_odd_length_is_restored_to_its_own_length() throws IOException {
        int size = CLUSTER + 700;
        Qcow2Layout layout = new Qcow2Layout(size, ClusterSet.all(size), ClusterSet.none(size), null);
        byte[] image = Images.image(layout, MemoryDisk.of(size, 7), 5000);
        MemoryDisk target = MemoryDisk.of(size, 1);

        SinglePassImage.open(new ByteArrayInputStream(image), "odd").copyTo(target);

        assertThat(target.bytes()).containsOnly(7);
    }

    /** A disk that has shrunk since: the images above say nothing of what was behind its end. */
    @Test
    void what_lies_behind_the_targets_end_is_left_out() throws IOException {
        for (String drawing : new String[] {"abcdef", "ab..ef", "ab...."}) {
            MemoryDisk target = MemoryDisk.of(2 * CLUSTER + 700, 1);

            SinglePassImage.open(new ByteArrayInputStream(Images.image(drawing, null)), "full")
                    .copyTo(target);

            assertThat(target.bytes()).isEqualTo(Arrays.copyOf(Images.disk(drawing), 2 * CLUSTER + 700));
        }
    }

    @Test
    void a_stream_that_was_cut_off_is_never_taken_for_whole() throws IOException {
        byte[] image = Images.image("ab.c", null);
        for (int length : new int[] {0, 100, CLUSTER, 3 * CLUSTER, 5 * CLUSTER, 6 * CLUSTER + 1, image.length - 1}) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThatThrownBy(() -> SinglePassImage.open(new ByteArrayInputStream(cut), "cut")
                            .copyTo(MemoryDisk.of(4 * CLUSTER, 0)))
                    .as("%s bytes", length)
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.is(Qcow2Fault.TRUNCATED)).isTrue());
        }
    }

    /** Tables of several clusters: disks of up to 40 GiB that are nearly empty. */
    @Test
    void any_layout_reads_back_as_it_was() throws IOException {
        for (long seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            long clusters = 1L + random.nextInt(600_000);
            ClusterSet data = ClusterSet.none(clusters * CLUSTER);
            ClusterSet zeros = ClusterSet.none(clusters * CLUSTER);
            for (int i = 0; i < 12; i++) {
                long at = random.nextInt((int) clusters);
                (random.nextInt(4) == 0 ? zeros : data).add(at);
            }
            for (long at = data.next(0); at >= 0; at = data.next(at + 1)) {
                zeros.remove(at);
            }
            Qcow2Layout layout = new Qcow2Layout(clusters * CLUSTER, data, zeros, random.nextBoolean() ? "p" : null);
            byte[] image = Images.image(layout, new PatternDisk(clusters * CLUSTER), 70_000);
            assertThat(image).as("seed %s", seed).hasSize((int) layout.fileBytes());

            SinglePassImage read = SinglePassImage.open(new ByteArrayInputStream(image), "seed");
            for (long at = 0; at < clusters; at++) {
                if (data.contains(at) != read.data().contains(at)
                        || zeros.contains(at) != read.zeros().contains(at)) {
                    throw new AssertionError("seed " + seed + ", cluster " + at);
                }
            }
            files.put("p", Images.image("a", null));
            files.put("x", image);
            try (Qcow2Image shown = open("x")) {
                for (long at = data.next(0); at >= 0; at = data.next(at + 1)) {
                    ByteBuffer into = ByteBuffer.allocate(CLUSTER);
                    shown.read(at * CLUSTER, into);
                    assertThat(into.getLong(8))
                            .as("seed %s, cluster %s", seed, at)
                            .isEqualTo(at);
                }
            }
        }
    }
}
