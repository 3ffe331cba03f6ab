package io.saddlebag.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.quantity.BlockSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What must hold for every framing, length and loss; seeds are named when it doesn't. */
@Tag("M7")
@Tag("Q13")
class FramePropertiesTest {
    private static final int SEEDS = 3000;

    private final FramedSection section = new FramedSection("i", 1);

    private static final class Case {
        final long seed;
        final Random random;
        final ProtectedFraming framing;
        final byte[] data;
        final List<byte[]> blocks;

        Case(long seed, Random random, ProtectedFraming framing, byte[] data, List<byte[]> blocks) {
            this.seed = seed;
            this.random = random;
            this.framing = framing;
            this.data = data;
            this.blocks = blocks;
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + framing + ", " + data.length + " bytes";
        }
    }

    private Case seeded(long seed, BlockCheck... checks) {
        Random random = new Random(seed * 31 + 7);
        BlockSize size = new BlockSize(81 + random.nextInt(60));
        ProtectedFraming framing = new ProtectedFraming(
                size, checks[random.nextInt(checks.length)], random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(6));
        byte[] data = new byte[random.nextInt(12 * framing.payloadBytes())];
        random.nextBytes(data);
        return new Case(seed, random, framing, data, Frames.encode(framing, section, data));
    }

    private byte[] decode(Case c, List<byte[]> blocks, List<FrameFinding> findings) throws FramingException {
        return Frames.decode(c.framing, section, blocks, c.blocks.size(), findings);
    }

    @Test
    void what_is_framed_comes_back_and_nothing_is_found() throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            Case c = seeded(seed, BlockCheck.values());
            List<FrameFinding> findings = new ArrayList<>();
            assertThat(decode(c, c.blocks, findings)).as(c.toString()).isEqualTo(c.data);
            assertThat(findings).as(c.toString()).isEmpty();
            int payload = c.framing.payloadBytes();
            int data = (c.data.length + payload - 1) / payload;
            int groups = c.framing.hasRecovery() ? (data + c.framing.groupSize() - 1) / c.framing.groupSize() : 0;
            assertThat(c.blocks).as(c.toString()).hasSize(data + groups);
            assertThat(c.blocks).allMatch(b -> b.length == c.framing.blockSize().bytes());
        }
    }

    @Test
    void any_one_block_of_each_group_may_be_lost() throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            Case c = seeded(seed, BlockCheck.values());
            if (!c.framing.hasRecovery()) {
                continue;
            }
            List<byte[]> left = new ArrayList<>(c.blocks);
            int group = c.framing.groupSize() + 1;
            int lost = 0;
            for (int first = (c.blocks.size() - 1) / group * group; first >= 0 && !c.blocks.isEmpty(); first -= group) {
                left.remove(first + c.random.nextInt(Math.min(group, c.blocks.size() - first)));
                lost++;
            }
            List<FrameFinding> findings = new ArrayList<>();
            assertThat(decode(c, left, findings)).as(c.toString()).isEqualTo(c.data);
            assertThat(findings).as(c.toString()).hasSize(lost);
        }
    }

    /** Whatever happens to the blocks: the data, or an error, and never anything else. */
    @Test
    void no_loss_damage_or_disorder_gives_wrong_data() {
        int whole = 0;
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Case c = seeded(seed, BlockCheck.AUTODIN_II);
            List<byte[]> mangled = mangled(c);
            try {
                assertThat(decode(c, mangled, new ArrayList<>()))
                        .as(c.toString())
                        .isEqualTo(c.data);
                whole++;
            } catch (FramingException e) {
                refused++;
            }
        }
        assertThat(whole).isGreaterThan(SEEDS / 10);
        assertThat(refused).isGreaterThan(SEEDS / 10);
    }

    private List<byte[]> mangled(Case c) {
        List<byte[]> blocks = new ArrayList<>();
        c.blocks.forEach(b -> blocks.add(b.clone()));
        for (int times = 1 + c.random.nextInt(3); times > 0 && !blocks.isEmpty(); times--) {
            int at = c.random.nextInt(blocks.size());
            byte[] block = blocks.get(at);
            switch (c.random.nextInt(7)) {
                case 0 -> blocks.remove(at);
                case 1 -> blocks.add(c.random.nextInt(blocks.size() + 1), block);
                case 2 -> Collections.swap(blocks, at, c.random.nextInt(blocks.size()));
                case 3 -> blocks.set(at, java.util.Arrays.copyOf(block, 1 + c.random.nextInt(block.length + 2)));
                case 4 -> c.random.nextBytes(block);
                case 5 ->
                    block[c.random.nextInt(Math.max(1, Math.min(block.length, FrameHeader.BYTES)))] ^=
                            (byte) (1 << c.random.nextInt(8));
                default -> block[c.random.nextInt(block.length)] ^= (byte) (1 << c.random.nextInt(8));
            }
        }
        return blocks;
    }

    /** A single wrong bit is found by either check, wherever it is. */
    @Test
    void every_single_wrong_bit_is_found() throws Exception {
        for (BlockCheck check : List.of(BlockCheck.CHECKSUM, BlockCheck.AUTODIN_II)) {
            ProtectedFraming framing = new ProtectedFraming(new BlockSize(93), check, 2);
            byte[] data = new byte[5 * framing.payloadBytes() - 3];
            new Random(5).nextBytes(data);
            List<byte[]> blocks = Frames.encode(framing, section, data);
            for (int bit = 0; bit < 93 * 8; bit++) {
                List<FrameFinding> findings = new ArrayList<>();
                byte[] wrong = blocks.get(1).clone();
                wrong[bit / 8] ^= (byte) (1 << bit % 8);
                List<byte[]> read = new ArrayList<>(blocks);
                read.set(1, wrong);
                assertThat(Frames.decode(framing, section, read, blocks.size(), findings))
                        .as("%s, bit %d", check, bit)
                        .isEqualTo(data);
                assertThat(findings)
                        .extracting(FrameFinding::kind)
                        .containsExactly(FrameFinding.Kind.DAMAGED, FrameFinding.Kind.REBUILT);
            }
        }
    }

    @Test
    void without_a_check_a_wrong_header_is_found_all_the_same() throws Exception {
        ProtectedFraming framing = new ProtectedFraming(new BlockSize(93), BlockCheck.NONE, 2);
        byte[] data = new byte[4 * framing.payloadBytes()];
        List<byte[]> blocks = Frames.encode(framing, section, data);
        TreeSet<Integer> unseen = new TreeSet<>();
        for (int at = 0; at < FrameHeader.BYTES; at++) {
            List<FrameFinding> findings = new ArrayList<>();
            byte[] wrong = blocks.get(1).clone();
            wrong[at] ^= 0x40;
            List<byte[]> read = new ArrayList<>(blocks);
            read.set(1, wrong);
            byte[] got = Frames.decode(framing, section, read, blocks.size(), findings);
            if (findings.isEmpty()) {
                unseen.add(at);
            } else {
                assertThat(got).isEqualTo(data);
            }
        }
        assertThat(unseen).isEmpty();
    }

    @Test
    void a_group_is_0_to_100_blocks_and_bounded_in_memory() {
        BlockSize size = BlockSize.DEFAULT;
        assertThat(new ProtectedFraming(size, BlockCheck.NONE, 100).groupSize()).isEqualTo(100);
        assertThatThrownBy(() -> new ProtectedFraming(size, BlockCheck.NONE, 101))
                .hasMessage("a group has 0 to 100 data blocks, not 101; 0 is no recovery blocks");
        assertThatThrownBy(() -> new ProtectedFraming(size, BlockCheck.NONE, -1))
                .hasMessageContaining("0 to 100");
        assertThatThrownBy(() -> new ProtectedFraming(new BlockSize(16 << 20 >> 1), BlockCheck.NONE, 33))
                .hasMessageContaining("33 blocks of 8388608 bytes are too much for a group");
        assertThatThrownBy(() -> new ProtectedFraming(new BlockSize(80), BlockCheck.NONE, 1))
                .hasMessageContaining("more than 80 bytes");
    }

    @Test
    void checks_have_the_names_of_the_options_and_the_values_of_the_standards() {
        assertThat(BlockCheck.parse("AUTODIN_II")).isEqualTo(BlockCheck.AUTODIN_II);
        assertThat(BlockCheck.parse("autodin-ii")).isEqualTo(BlockCheck.AUTODIN_II);
        assertThat(BlockCheck.parse("Checksum")).isEqualTo(BlockCheck.CHECKSUM);
        assertThat(BlockCheck.parse("none")).isEqualTo(BlockCheck.NONE);
        assertThatThrownBy(() -> BlockCheck.parse("md5"))
                .hasMessage("'md5' is not a block check; valid are none, checksum, autodin-ii");
    }
}
