package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logical block protection, byte for byte: the mode page, what a drive offers, and the sum behind a block. */
@Tag("M7")
class BlockProtectionCodecTest {
    /** Header, block descriptor, and the page as an LTO-8 drive has it, with a maker's bits that are none of ours. */
    private static final String ANSWER =
            "2b 00 10 08 5e000000 00000000 ca f0 001c 02 c4 e7 50 000000000000000000000000000000000000000000000000";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 3720, B.4
        "0000000000000000000000000000000000000000000000000000000000000000, aa36918a",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 43aba862",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 4e79dd46",
        "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100, 5cdb3f11",
        "01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000, 563a96d9",
        "313233343536373839, 839206e3"
    })
    void a_block_gets_the_sum_of_rfc_3720_lowest_byte_first(String block, String sum) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes(block).length + ProtectionInformation.BYTES);
        buffer.put(bytes(block));

        new ProtectionInformation().append(buffer);

        byte[] all = new byte[buffer.flip().remaining()];
        buffer.get(all);
        assertThat(HexFormat.of().formatHex(all)).isEqualTo(block + sum);
        assertThat(new ProtectionInformation().fits(ByteBuffer.wrap(all))).isTrue();
    }

    @Test
    void any_changed_bit_is_seen() {
        byte[] arrived = bytes("313233343536373839 839206e3");
        ProtectionInformation sums = new ProtectionInformation();
        for (int bit = 0; bit < arrived.length * 8; bit++) {
            arrived[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(sums.fits(ByteBuffer.wrap(arrived))).as("bit %d", bit).isFalse();
            arrived[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(sums.fits(ByteBuffer.wrap(arrived))).isTrue();
        assertThat(sums.fits(ByteBuffer.wrap(arrived, 0, 12))).isFalse();
        assertThat(sums.fits(ByteBuffer.wrap(arrived, 0, 3))).isFalse();
    }

    @Test
    void a_slice_in_the_middle_of_a_buffer_is_judged_alone() {
        ByteBuffer arrived = ByteBuffer.wrap(bytes("ff 313233343536373839 839206e3 ff"));

        assertThat(new ProtectionInformation().fits(arrived.position(1).limit(14)))
                .isTrue();

        assertThat(arrived.position()).isEqualTo(1);
        assertThat(arrived.limit()).isEqualTo(14);
    }

    @Test
    void the_page_is_found_and_read() {
        byte[] page = BlockProtectionPage.find(bytes(ANSWER)).orElseThrow();

        assertThat(page).hasSize(32);
        assertThat(BlockProtectionPage.parse(page)).isEqualTo(new BlockProtectionPage(2, 4, true, true, true));
    }

    @Test
    void only_the_settings_are_changed_and_the_savable_bit_is_not_sent_back() {
        byte[] page = BlockProtectionPage.find(bytes(ANSWER)).orElseThrow();

        assertThat(HexFormat.of().formatHex(BlockProtectionPage.OFF.in(page)))
                .startsWith("4af0001c00c00750")
                .hasSize(64);
        assertThat(HexFormat.of()
                        .formatHex(BlockProtectionPage.crc32c(false).in(page))
                        .substring(0, 16))
                .isEqualTo("4af0001c02c4c750");
        assertThat(HexFormat.of().formatHex(page)).startsWith("caf0001c02c4e750");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2b0010",
                // page 0A itself, of a device that knows no subpages
                "17 00 10 08 5e00000000000000 0a 0a 0000000000000000000000",
                // another subpage
                "2b 00 10 08 5e00000000000000 4a 01 001c 02 04 c0 00",
                // shorter than it says
                "2b 00 10 08 5e00000000000000 4a f0 001c 02 04 c0 00",
                // too short to say anything
                "12 00 10 08 5e00000000000000 4a f0 0002 02 04 c0 00",
                // the answer ends before it
                "0b 00 10 08 5e00000000000000 4a f0 0004 02 04 c0 00",
                "13 00 10 ff 5e00000000000000 4a f0 0004 02 04 c0 00"
            })
    void what_is_not_that_page_is_none(String hex) {
        assertThat(BlockProtectionPage.find(bytes(hex))).isEmpty();
    }

    @Test
    void the_shortest_page_that_says_everything_is_enough() {
        byte[] page = BlockProtectionPage.find(bytes("12 00 10 08 5e00000000000000 4a f0 0003 02 04 40"))
                .orElseThrow();

        assertThat(BlockProtectionPage.parse(page)).isEqualTo(new BlockProtectionPage(2, 4, false, true, false));
    }

    @Test
    void settings_move_blocks_alike_whatever_is_said_of_recovery() {
        BlockProtectionPage on = BlockProtectionPage.crc32c(true);

        assertThat(on.movesBlocksAs(BlockProtectionPage.crc32c(false))).isTrue();
        assertThat(on.movesBlocksAs(BlockProtectionPage.OFF)).isFalse();
        assertThat(on.movesBlocksAs(new BlockProtectionPage(1, 4, true, true, true)))
                .isFalse();
        assertThat(on.movesBlocksAs(new BlockProtectionPage(2, 4, true, false, true)))
                .isFalse();
        assertThat(on.movesBlocksAs(new BlockProtectionPage(2, 8, true, true, true)))
                .isFalse();
        assertThat(new BlockProtectionPage(2, 4, false, false, true).movesBlocksAs(BlockProtectionPage.OFF))
                .isTrue();
    }

    @Test
    void what_a_drive_offers_is_read_from_its_descriptors() {
        // a method of a maker's with a longer descriptor, Reed-Solomon, CRC-32C
        BlockProtectionOffer offer = BlockProtectionOffer.parse(
                        bytes("01 b5 0012 00000000 05f008c0ffff 030104c0 030204e0"))
                .orElseThrow();

        assertThat(offer.methods())
                .extracting(BlockProtectionOffer.Method::code)
                .containsExactly(0xf0, 1, 2);
        assertThat(offer.crc32c()).contains(new BlockProtectionOffer.Method(2, 4, true, true, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 b5 0004 00000000",
                "01 b5 0008 00000000 030104c0",
                "01 b5 0008 00000000 03020480",
                "01 b5 0008 00000000 03020440",
                "01 b5 0008 00000000 0302",
                "01 b5 0006 00000000 030204c0",
                "01 b5 000c 00000000 000000 00 030204c0"
            })
    void anything_less_is_no_offer_of_crc32c(String hex) {
        assertThat(BlockProtectionOffer.parse(bytes(hex)).orElseThrow().crc32c())
                .isEmpty();
    }

    @Test
    void another_page_is_no_offer() {
        assertThat(BlockProtectionOffer.parse(bytes("01 80 0008 00000000 030204c0")))
                .isEmpty();
        assertThat(BlockProtectionOffer.parse(bytes("01b500"))).isEmpty();
    }

    @Test
    void the_commands_are_those_of_the_standards() {
        assertThat(BlockProtectionOffer.inquiry(ByteBuffer.allocate(255)).cdb()).hasToString("12 01 b5 00 ff 00");
        assertThat(TapeCommands.modeSense(
                                BlockProtectionPage.PAGE, BlockProtectionPage.SUBPAGE, ByteBuffer.allocate(255))
                        .cdb())
                .hasToString("1a 00 0a f0 ff 00");
    }

    @ParameterizedTest
    @CsvSource({"0b", "03", "04"})
    void a_failed_guard_check_is_one_by_any_key(String key) {
        SenseData sense = SenseData.parse(bytes("7000" + key + "00000000 0a 00000000 10 01 00000000"));

        assertThat(sense.isGuardCheckFailed()).isTrue();
    }
}
