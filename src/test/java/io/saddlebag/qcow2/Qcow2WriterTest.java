package io.saddlebag.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.MemoryDisk;
import io.saddlebag.disk.ReadableDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D9")
class Qcow2WriterTest {
    private static final int CLUSTER = Images.CLUSTER;

    @Test
    void the_files_length_is_known_before_the_first_byte() throws IOException {
        for (String drawing : new String[] {"a", ".", "a.b", "..........", "ab0c"}) {
            assertThat(Images.image(drawing, null)).as(drawing).hasSize((int)
                    Images.layout(drawing, null).fileBytes());
        }
    }

    @Test
    void only_clusters_of_the_set_are_read_each_once_and_in_order() throws IOException {
        MemoryDisk disk = new MemoryDisk(Images.disk("ab..c."));

        Images.image(Images.layout("ab..c.", null), disk, 3 * CLUSTER);

        assertThat(disk.calls()).containsExactly("read 0+" + 2 * CLUSTER, "read " + 4 * CLUSTER + "+" + CLUSTER);
    }

    @Test
    void the_bytes_dont_depend_on_how_they_are_asked_for() throws IOException {
        byte[] whole = Images.image(Images.layout("ab.0c", null), new MemoryDisk(Images.disk("ab.0c")), 1 << 20);

        for (int piece : new int[] {1000, CLUSTER - 1, CLUSTER, CLUSTER + 1}) {
            assertThat(Images.image(Images.layout("ab.0c", null), new MemoryDisk(Images.disk("ab.0c")), piece))
                    .as("pieces of %s", piece)
                    .isEqualTo(whole);
        }
    }

    @Test
    void data_stands_in_whole_clusters_behind_all_tables() throws IOException {
        byte[] image = Images.image("a.b", null);

        // header, refcount table, one block of refcounts, level-1, level-2
        assertThat(image).hasSize(7 * CLUSTER);
        assertThat(Arrays.copyOfRange(image, 5 * CLUSTER, 6 * CLUSTER)).isEqualTo(Images.disk("a"));
        assertThat(Arrays.copyOfRange(image, 6 * CLUSTER, 7 * CLUSTER))
                .isEqualTo(Arrays.copyOfRange(Images.disk("a.b"), 2 * CLUSTER, 3 * CLUSTER));
    }

    @Test
    void the_last_cluster_of_an_odd_disk_is_filled_up_with_zeros() throws IOException {
        ClusterSet data = ClusterSet.all(CLUSTER + 700);
        Qcow2Layout layout = new Qcow2Layout(CLUSTER + 700, data, ClusterSet.none(CLUSTER + 700), null);

        byte[] image = Images.image(layout, MemoryDisk.of(CLUSTER + 700, 7), 5000);

        assertThat(layout.diskBytes()).isEqualTo(CLUSTER + 1024);
        byte[] last = Arrays.copyOfRange(image, image.length - CLUSTER, image.length);
        assertThat(Arrays.copyOf(last, 700)).containsOnly(7);
        assertThat(Arrays.copyOfRange(last, 700, CLUSTER)).containsOnly(0);
    }

    @Test
    void a_read_that_fails_can_be_repeated() throws IOException {
        byte[] bytes = Images.disk("ab");
        FlakyDisk flaky = new FlakyDisk(bytes);
        try (Qcow2Writer writer = new Qcow2Writer(Images.layout("ab", null), flaky)) {
            ByteBuffer into = ByteBuffer.allocate(8 * CLUSTER);
            while (into.position() < 5 * CLUSTER) {
                writer.read(into);
            }
            flaky.broken = true;

            assertThatThrownBy(() -> writer.read(into)).hasMessage("broken");
            assertThat(into.position()).isEqualTo(5 * CLUSTER);
            assertThat(into.limit()).isEqualTo(8 * CLUSTER);

            flaky.broken = false;
            assertThat(writer.read(into)).isEqualTo(2 * CLUSTER);
            assertThat(Arrays.copyOfRange(into.array(), 5 * CLUSTER, 7 * CLUSTER))
                    .isEqualTo(bytes);
            assertThat(writer.read(into)).isEqualTo(-1);
        }
    }

    @Test
    void what_can_be_no_image_is_refused() {
        ClusterSet one = ClusterSet.none(CLUSTER);
        assertThatThrownBy(() -> new Qcow2Layout(0, ClusterSet.none(0), ClusterSet.none(0), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Qcow2Layout(2 * CLUSTER, one, one, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for a disk of 2");
        for (String name : new String[] {"", "..", "../x", "/etc/shadow", "nbd:host:1", "a\nb", "x".repeat(1024)}) {
            assertThatThrownBy(() -> new Qcow2Layout(CLUSTER, one, one, name))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("can't name a backing file");
        }
    }

    private static final class FlakyDisk implements ReadableDisk {
        private final MemoryDisk disk;
        private boolean broken;

        FlakyDisk(byte[] bytes) {
            this.disk = new MemoryDisk(bytes);
        }

        @Override
        public long sizeBytes() {
            return disk.sizeBytes();
        }

        @Override
        public void read(long offsetBytes, ByteBuffer into) throws IOException {
            if (broken) {
                into.put((byte) 1);
                throw new IOException("broken");
            }
            disk.read(offsetBytes, into);
        }

        @Override
        public void close() {}
    }
}
