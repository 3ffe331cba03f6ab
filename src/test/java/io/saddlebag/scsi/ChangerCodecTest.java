package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.scsi.ElementStatusRequest.Ask;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of changers, byte for byte as devices gave them, and what must never come of wrong ones. */
@Tag("M14")
class ChangerCodecTest {
    /** tgt 1.0.85: a robot at 1, eight slots from 1024, two mail slots from 768, two drives from 256. */
    private static final String TGT_PAGE_1D = "17000000 1d12 00010001 04000008 03000002 01000002 0000 0000";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] tgtDrives() {
        // with volume tags and devices; it claims 188 bytes, and the last 8 are missing
        return bytes(
                "01000002000000b404800056000000ac0100010000000000008004004130303030314c36202020202020202020202020202020"
                        + "20202020202020202000000000020100224850202020202020556c747269756d20362d534353492020445256303030303100000101"
                        + "00000000000000000000202020202020202020202020202020202020202020202020202020202020202000000000020100224850"
                        + "202020202020556c747269756d20362d5343534920204452");
    }

    @Test
    @Tag("M12")
    void elements_lie_where_mode_page_1d_says() throws Exception {
        ElementAddresses addresses = ElementAddresses.parse6(bytes(TGT_PAGE_1D));

        assertThat(addresses.of(ElementType.MEDIUM_TRANSPORT)).isEqualTo(new ElementRange(1, 1));
        assertThat(addresses.of(ElementType.STORAGE)).isEqualTo(new ElementRange(1024, 8));
        assertThat(addresses.of(ElementType.IMPORT_EXPORT)).isEqualTo(new ElementRange(768, 2));
        assertThat(addresses.of(ElementType.DATA_TRANSFER)).isEqualTo(new ElementRange(256, 2));
        assertThat(ElementAddresses.parse10(bytes("001a000000000000" + TGT_PAGE_1D.substring(8))))
                .isEqualTo(addresses);
    }

    @Test
    void block_descriptors_before_the_page_are_passed_over() throws Exception {
        byte[] answer = bytes("1f000008 0102030405060708" + TGT_PAGE_1D.substring(8));

        assertThat(ElementAddresses.parse6(answer).storage()).isEqualTo(new ElementRange(1024, 8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "170000",
                "17000000",
                "17000000 1d12 0001 0001 0400 0008 0300 0002 0100 00",
                "17000000 1e12 00010001 04000008 03000002 01000002 00000000",
                "17000000 1d02 00010001 04000008 03000002 01000002 00000000",
                "170000ff 1d12 00010001 04000008 03000002 01000002 00000000",
                "17000000 1d12 0001ffff 04000008 03000002 01000002 00000000",
                "17000000 1d12 00010001 04000008 04070002 01000002 00000000"
            })
    @Tag("Q13")
    void addresses_that_make_no_sense_are_refused(String hex) {
        assertThatThrownBy(() -> ElementAddresses.parse6(bytes(hex)))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.MALFORMED_ANSWER));
    }

    @Test
    @Tag("M16")
    void slots_are_full_by_their_sensor_and_named_by_their_tag() throws Exception {
        ElementStatusReport report = ElementStatusReport.parse(bytes("04000003000000a4 028000340000009c"
                + slot("0400 00", "") + slot("0401 01", "A00002L6") + slot("0402 01", "")));

        assertThat(report.elements())
                .extracting(e -> e.address() + (e.full() ? " full " : " empty ") + e.volumeTag())
                .containsExactly("1024 empty null", "1025 full A00002L6", "1026 full null");
    }

    private static String slot(String addressAndFlags, String tag) {
        return addressAndFlags + "000000000000000000"
                + HexFormat.of().formatHex((tag + " ".repeat(32 - tag.length())).getBytes(StandardCharsets.US_ASCII))
                + "0000000000000000";
    }

    @Test
    @Tag("M14")
    void a_drive_is_known_by_its_whole_serial_number_only() throws Exception {
        ElementStatusReport report = ElementStatusReport.parse(tgtDrives());

        ElementDevice first = report.at(256).orElseThrow().device();
        ElementDevice second = report.at(257).orElseThrow().device();
        assertThat(first.names("DRV00001")).isTrue();
        assertThat(first.names("DRV0000")).isFalse();
        assertThat(second.names("DRV00002")).as("cut short").isFalse();
        assertThat(report.claimedBytes()).isEqualTo(188);
        assertThat(report.at(256).orElseThrow().sourceAddress()).isEqualTo(1024);
        assertThat(report.at(256).orElseThrow().volumeTag()).isEqualTo("A00001L6");
    }

    @Test
    void a_tail_that_is_cut_leaves_out_only_what_it_held() throws Exception {
        byte[] whole = bytes("01000002000000280400001000000020 0100 0100000000000080 0400 00000000"
                + "0101 0100000000000080 0401 00000000");
        for (int cut = 0; cut <= 13; cut++) {
            byte[] answer = java.util.Arrays.copyOf(whole, whole.length - cut);

            ElementStatusReport report = ElementStatusReport.parse(answer);

            assertThat(report.at(256).orElseThrow().sourceAddress()).isEqualTo(1024);
            assertThat(report.at(257).orElseThrow().full()).isTrue();
            assertThat(report.at(257).orElseThrow().sourceAddress()).isEqualTo(cut <= 4 ? 1025 : null);
            assertThat(report.claimedBytes()).isEqualTo(whole.length);
        }
        assertThat(ElementStatusReport.parse(java.util.Arrays.copyOf(whole, whole.length - 14))
                        .elements())
                .hasSize(1);
    }

    @Test
    void descriptors_are_found_by_the_length_that_the_page_tells() throws Exception {
        for (int length : new int[] {12, 16, 0x34, 0x4c, 0x56, 0xff}) {
            byte[] answer = new byte[8 + 8 + 3 * length];
            answer[7] = (byte) (8 + 3 * length);
            answer[6] = (byte) ((8 + 3 * length) >> 8);
            answer[8] = 2;
            answer[11] = (byte) length;
            answer[14] = (byte) ((3 * length) >> 8);
            answer[15] = (byte) (3 * length);
            for (int i = 0; i < 3; i++) {
                answer[16 + i * length + 1] = (byte) (7 + i);
            }
            assertThat(ElementStatusReport.parse(answer).elements())
                    .as("descriptors of %d bytes", length)
                    .extracting(ElementDescriptor::address)
                    .containsExactly(7, 8, 9);
        }
    }

    @Test
    void pages_of_several_types_follow_each_other_and_unknown_ones_are_passed_over() throws Exception {
        ElementStatusReport report = ElementStatusReport.parse(bytes("0000000300000048"
                + "0100000c0000000c 000108000000000000000000"
                + "7700000c0000000c 0005ff000000000000000000"
                + "0300000c0000000c 000a0b000000000000000000"));

        assertThat(report.elements())
                .extracting(e -> e.type() + " " + e.address())
                .containsExactly("MEDIUM_TRANSPORT 1", "IMPORT_EXPORT 10");
        assertThat(report.at(10).orElseThrow().putByOperator()).isTrue();
        assertThat(report.at(10).orElseThrow().accessible()).isTrue();
    }

    @Test
    @Tag("Q13")
    void descriptors_without_length_are_refused() {
        assertThatThrownBy(() -> ElementStatusReport.parse(bytes("0000000300000018 0200000000000010 00010000")))
                .hasMessageContaining("the answer to READ ELEMENT STATUS makes no sense: descriptors of 0 bytes");
        assertThatThrownBy(() -> ElementStatusReport.parse(new byte[7])).hasMessageContaining("7 bytes");
    }

    @Test
    @Tag("Q13")
    void whatever_comes_back_is_read_or_refused_and_nothing_else_happens() {
        byte[] good = tgtDrives();
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            byte[] answer = random.nextBoolean() ? good.clone() : new byte[random.nextInt(300)];
            if (answer.length == good.length) {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    answer[random.nextInt(answer.length)] = (byte) random.nextInt();
                }
                answer = java.util.Arrays.copyOf(answer, random.nextInt(answer.length + 20));
            } else {
                random.nextBytes(answer);
            }
            requireReadOrRefused(seed, answer);
        }
    }

    private static void requireReadOrRefused(long seed, byte[] answer) {
        try {
            ElementStatusReport report = ElementStatusReport.parse(answer);
            assertThat(report.elements().size()).as("seed %d", seed).isLessThanOrEqualTo(answer.length / 12 + 1);
            ElementAddresses.parse6(answer);
            ElementAddresses.parse10(answer);
        } catch (ScsiException e) {
            assertThat(e.code()).as("seed %d", seed).isEqualTo(ScsiFault.MALFORMED_ANSWER);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(answer), e);
        }
    }

    @Test
    void commands_are_the_standards_bytes() {
        assertThat(ChangerCommands.moveMedium(1, 1024, 256).cdb()).hasToString("a5 00 00 01 04 00 01 00 00 00 00 00");
        assertThat(ChangerCommands.initializeElementStatus().cdb()).hasToString("07 00 00 00 00 00");
        assertThat(ChangerCommands.initializeElementStatus(new ElementRange(1024, 8))
                        .cdb())
                .hasToString("37 01 04 00 00 00 00 08 00 00");
        assertThat(ChangerCommands.positionToElement(1, 768).cdb()).hasToString("2b 00 00 01 03 00 00 00 00 00");
        assertThat(TapeCommands.preventRemoval().cdb()).hasToString("1e 00 00 00 01 00");
        assertThat(TapeCommands.allowRemoval().cdb()).hasToString("1e 00 00 00 00 00");
        assertThat(ChangerCommands.allowRemoval().cdb()).hasToString("1e 00 00 00 00 00");
        assertThat(ChangerCommands.openImportExport(768).cdb()).hasToString("1b 00 03 00 00 00");
        assertThat(ChangerCommands.closeImportExport(768).cdb()).hasToString("1b 00 03 00 01 00");
        assertThat(ChangerCommands.modeSense6(0x1d, ByteBuffer.allocate(255)).cdb())
                .hasToString("1a 08 1d 00 ff 00");
        assertThat(ChangerCommands.modeSense10(0x1d, ByteBuffer.allocate(256)).cdb())
                .hasToString("5a 08 1d 00 00 00 00 01 00 00");
        ElementStatusRequest request = new ElementStatusRequest(
                ElementType.DATA_TRANSFER, 256, 2, Set.of(Ask.VOLUME_TAGS, Ask.DEVICES, Ask.CURRENT_DATA));
        assertThat(ChangerCommands.readElementStatus(request, ByteBuffer.allocate(70_000))
                        .cdb())
                .hasToString("b8 14 01 00 00 02 03 01 11 70 00 00");
        assertThatThrownBy(() -> ChangerCommands.moveMedium(0, 0x10000, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
