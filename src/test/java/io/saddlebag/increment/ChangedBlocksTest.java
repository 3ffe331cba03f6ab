package io.saddlebag.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageFault;
import io.saddlebag.workbench.Increment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ChangedBlocksTest {
    private static final String WHERE = "/srv/base/5/INCREMENTAL.1259 of image I (backup 3)";
    private static final int SEEDS = 20_000;

    private static ChangedBlocks read(byte[] file) throws IOException {
        return ChangedBlocks.read(new ByteArrayInputStream(file), file.length, WHERE);
    }

    private static byte[] header(int magic, int count, int truncation, int... numbers) {
        int bytes = numbers.length == 0 ? 12 : 8192 * (1 + numbers.length);
        ByteBuffer file = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(magic).putInt(count).putInt(truncation);
        Arrays.stream(numbers).forEach(file::putInt);
        return file.array();
    }

    private static void refused(byte[] file, String why) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.code()).isEqualTo(ImageFault.BAD_INCREMENT))
                .hasMessageContaining(WHERE + " can't be put on top of older files: " + why);
    }

    @Test
    @Tag("R7")
    @Tag("R12")
    void says_which_blocks_there_are_where_they_begin_and_how_long_the_file_becomes() throws Exception {
        ChangedBlocks three = read(Increment.of(5, Map.of(0, 'a', 7, 'b', 131_071, 'c')));
        assertThat(List.of(three.count(), three.block(0), three.block(1), three.block(2)))
                .containsExactly(3, 0, 7, 131_071);
        assertThat(three.headerBytes()).isEqualTo(8192);
        assertThat(three.truncationBytes()).isEqualTo(5 * 8192);
        assertThat(three.lengthBytes()).isEqualTo(1L << 30);

        ChangedBlocks none = read(Increment.of(9, Map.of()));
        assertThat(none.count()).isZero();
        assertThat(none.headerBytes()).isEqualTo(12);
        assertThat(none.lengthBytes()).isEqualTo(9 * 8192);

        ChangedBlocks within = read(Increment.of(9, Map.of(2, 'x')));
        assertThat(within.lengthBytes()).isEqualTo(9 * 8192);

        Map<Integer, Character> many = new java.util.HashMap<>();
        for (int i = 0; i < 2046; i++) {
            many.put(i, 'm');
        }
        assertThat(read(Increment.of(0, many)).headerBytes()).isEqualTo(8192 + 8192);
        many.remove(2045);
        assertThat(read(Increment.of(0, many)).headerBytes()).isEqualTo(8192);
    }

    @Test
    @Tag("R7")
    @Tag("Q13")
    void refuses_what_is_no_file_of_changed_blocks_and_names_it() {
        byte[] good = Increment.of(5, Map.of(3, 'a'));
        refused(new byte[0], "it is cut off");
        refused(Arrays.copyOf(good, 11), "it is cut off");
        refused(header(0xd3ae1f0e, 0, 0), "it begins with d3ae1f0e, not with d3ae1f0d");
        refused(Arrays.copyOf(good, good.length - 1), "it has 16383 bytes, and with 1 blocks should have 16384");
        refused(Arrays.copyOf(good, good.length + 1), "it has 16385 bytes, and with 1 blocks should have 16384");
        refused(Arrays.copyOf(good, 8192), "it has 8192 bytes");
        refused(header(Increment.MAGIC, -1, 0), "it has 4294967295 blocks; a file has 131072 at most");
        refused(header(Increment.MAGIC, 131_073, 0), "it has 131073 blocks");
        refused(header(Increment.MAGIC, 0, 131_073), "it keeps 131073 blocks of the older file");
        refused(header(Increment.MAGIC, 0, -1), "it keeps 4294967295 blocks");
        refused(header(Increment.MAGIC, 2, 0, 3, 3), "it has block 3 behind block 3");
        refused(header(Increment.MAGIC, 2, 0, 3, 2), "it has block 2 behind block 3");
        refused(header(Increment.MAGIC, 1, 0, 131_072), "it has block 131072; the last one of a file is 131071");
        refused(header(Increment.MAGIC, 1, 0, -1), "it has block 4294967295");
    }

    @Test
    @Tag("R7")
    @Tag("Q13")
    void whatever_it_is_given_it_reads_blocks_that_fit_or_says_why_not() throws Exception {
        int understood = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] file = Increment.between(
                    Increment.blocks("abcdef".substring(random.nextInt(6))),
                    Increment.blocks("abxdyz".substring(random.nextInt(6))),
                    random);
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                file[random.nextInt(Math.min(file.length, 40))] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                file = Arrays.copyOf(file, random.nextInt(file.length + 100));
            }
            try {
                ChangedBlocks read = read(file);
                understood++;
                assertThat(read.headerBytes() + read.count() * 8192L)
                        .as("seed %d", seed)
                        .isEqualTo(file.length);
                assertThat(read.lengthBytes()).as("seed %d", seed).isBetween(0L, 1L << 30);
                for (int i = 0; i < read.count(); i++) {
                    assertThat(read.block(i)).as("seed %d", seed).isGreaterThan(i == 0 ? -1 : read.block(i - 1));
                    assertThat((read.block(i) + 1) * 8192L).as("seed %d", seed).isLessThanOrEqualTo(read.lengthBytes());
                }
            } catch (ImageException refused) {
                assertThat(refused.code()).as("seed %d", seed).isEqualTo(ImageFault.BAD_INCREMENT);
            }
        }
        assertThat(understood).isBetween(SEEDS / 10, SEEDS - SEEDS / 10);
    }

    @Test
    @Tag("R7")
    void names_lead_to_the_file_that_is_changed_and_back() {
        assertThat(IncrementNames.isIncrement("/srv/base/5/INCREMENTAL.1259")).isTrue();
        assertThat(IncrementNames.isIncrement("/srv/INCREMENTAL.x/1259")).isFalse();
        assertThat(IncrementNames.isIncrement("/srv/INCREMENTAL.")).isFalse();
        assertThat(IncrementNames.changed("/srv/base/5/INCREMENTAL.1259.1")).isEqualTo("/srv/base/5/1259.1");
        assertThat(IncrementNames.of("/srv/base/5/1259.1")).isEqualTo("/srv/base/5/INCREMENTAL.1259.1");
        assertThat(IncrementNames.withIncrements(List.of("/a/b"))).containsExactly("/a/b", "/a/INCREMENTAL.b");
    }

    @Test
    @Tag("R7")
    @Tag("R12")
    void a_label_loses_what_it_says_of_its_parent_and_nothing_else() {
        byte[] label = """
                START WAL LOCATION: 0/6000028 (file 000000010000000000000006)
                LABEL: caf\u00e9
                START TIMELINE: 1
                INCREMENTAL FROM LSN: 0/4000028
                INCREMENTAL FROM TLI: 1
                """.getBytes(StandardCharsets.ISO_8859_1);

        byte[] without = IncrementalCluster.withoutParent(label);

        assertThat(new String(without, StandardCharsets.ISO_8859_1)).isEqualTo("""
                        START WAL LOCATION: 0/6000028 (file 000000010000000000000006)
                        LABEL: caf\u00e9
                        START TIMELINE: 1
                        """);
        assertThat(IncrementalCluster.withoutParent(without)).isSameAs(without);
    }
}
