package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.scsi.TapeCommands.Space;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands to and answers of tape drives, byte for byte as the standards draw them. */
@Tag("M3")
class TapeCodecTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        // form, key, asc, ascq, filemark, end, length, information
        "f0 00 80 00010000 0a 00000000 00 01 00000000, 0, 0, 1, true, false, false, 65536",
        "f0 00 20 fffffffe 0a 00000000 00 00 00000000, 0, 0, 0, false, false, true, -2",
        "f0 00 40 00000000 0a 00000000 00 02 00000000, 0, 0, 2, false, true, false, 0",
        "f0 00 4d 00040000 0a 00000000 00 02 00000000, 13, 0, 2, false, true, false, 262144",
        "f0 00 08 00000004 0a 00000000 00 05 00000000, 8, 0, 5, false, false, false, 4",
        "70 00 06 00000000 0a 00000000 29 00 00000000, 6, 41, 0, false, false, false, ",
        "70 00 02 00000000 06 00000000 04 01, 2, 4, 1, false, false, false, ",
        "72 02 04 01 000000 00, 2, 4, 1, false, false, false, ",
        "72 00 00 00 000000 10 000a 8000 fffffffffffffffe 0402 0020, 0, 0, 0, false, false, true, -2",
        "72 0d 00 02 000000 10 0402 0040 000a 8000 0000000000040000, 13, 0, 2, false, true, false, 262144"
    })
    void sense_data_is_read_in_both_forms(
            String hex, int key, int asc, int ascq, boolean mark, boolean end, boolean length, Integer information) {
        OptionalInt expected = information == null ? OptionalInt.empty() : OptionalInt.of(information);

        assertThat(SenseData.parse(bytes(hex)))
                .isEqualTo(new SenseData(false, key, asc, ascq, mark, end, length, expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"71 00 03 00000000 0a 00000000 0c 00 00000000", "73 03 0c 00 000000 00"})
    void deferred_sense_data_says_so(String hex) {
        SenseData sense = SenseData.parse(bytes(hex));

        assertThat(sense.deferred()).isTrue();
        assertThat(sense).hasToString("deferred 3/0c/00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "7f 00 03 00", "f0", "70 00"})
    void sense_data_that_says_nothing_reads_as_nothing(String hex) {
        SenseData sense = SenseData.parse(bytes(hex));

        assertThat(sense).isEqualTo(SenseData.NOTHING);
    }

    @Test
    void a_cut_sense_loses_only_what_was_cut() {
        SenseData sense = SenseData.parse(bytes("f0 00 28 0000"));

        assertThat(sense.key()).isEqualTo(SenseData.BLANK_CHECK);
        assertThat(sense.information()).as("two of its four bytes").isEmpty();
        assertThat(SenseData.parse(bytes("72 00 00 00 000000 0c 000a 8000 ffff"))
                        .information())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 4, 1, ready",
        "2, 4, 7, ready",
        "2, 4, 3, ''",
        "2, 3a, 0, medium",
        "2, 3a, 2, medium",
        "6, 29, 0, news",
        "6, 28, 0, news",
        "5, 20, 0, unsupported",
        "5, 24, 0, ''"
    })
    void what_sense_data_means(int key, String asc, int ascq, String what) {
        SenseData sense = SenseData.parse(bytes(
                String.format("70000%x00000000 0a 00000000 %2s%02x", key, asc.length() == 1 ? "0" + asc : asc, ascq)));

        assertThat(sense.isBecomingReady()).isEqualTo(what.equals("ready"));
        assertThat(sense.isNoMedium()).isEqualTo(what.equals("medium"));
        assertThat(sense.isUnitAttention()).isEqualTo(what.equals("news"));
        assertThat(sense.isUnsupportedCommand()).isEqualTo(what.equals("unsupported"));
    }

    @Test
    void inquiry_names_the_device() throws Exception {
        byte[] answer = Arrays.copyOf(bytes("01800602 1f000002"), 36);
        System.arraycopy(
                "HP      Ultrium 6-SCSI  J5\u0000\u0007".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                0,
                answer,
                8,
                28);

        assertThat(Inquiry.parse(answer)).isEqualTo(new Inquiry(1, "HP", "Ultrium 6-SCSI", "J5 ?"));
        assertThat(UnitSerial.parse(bytes("01800008 4452563030303031 ffff"))).contains("DRV00001");
        assertThat(UnitSerial.parse(bytes("01800008 44525630"))).as("cut").contains("DRV0");
        assertThat(UnitSerial.parse(bytes("01800000"))).isEmpty();
        assertThat(UnitSerial.parse(bytes("01830000"))).as("another page").isEmpty();
        malformed(() -> Inquiry.parse(new byte[35]));
    }

    @Test
    @Tag("M9")
    void positions_are_read_in_both_forms() throws Exception {
        assertThat(ReportedPosition.parseShort(bytes("b0000000 00000000 00000000 00000000 00000000")))
                .isEqualTo(new ReportedPosition(true, 0, true, false));
        assertThat(ReportedPosition.parseShort(bytes("70000000 fffffffe fffffffe 00000000 00000000")))
                .isEqualTo(new ReportedPosition(true, 0xffff_fffeL, false, true));
        assertThat(ReportedPosition.parseShort(bytes("14000000 00000000 00000000 00000000 00000000"))
                        .known())
                .as("tgt")
                .isFalse();
        assertThat(ReportedPosition.parseLong(
                        bytes("40000000 00000000 0000000100000002 0000000000000003" + "0000000000000000")))
                .isEqualTo(new ReportedPosition(true, 0x1_0000_0002L, false, true));
        assertThat(ReportedPosition.parseLong(
                                bytes("0c000000 00000000 0000000000000000 0000000000000000" + "0000000000000000"))
                        .known())
                .isFalse();
        malformed(() -> ReportedPosition.parseShort(new byte[11]));
        malformed(() -> ReportedPosition.parseLong(new byte[23]));
        malformed(() -> ReportedPosition.parseLong(
                bytes("00000000 00000000 ffffffffffffffff 0000000000000000 0000000000000000")));
    }

    @Test
    @Tag("M5")
    void mode_parameters_are_read_and_written() throws Exception {
        byte[] answer = bytes("1b 00 90 08 5a000000 00000200 0f0e c0 80 00000001 00000001 00000000");

        assertThat(TapeMode.parse(answer)).isEqualTo(new TapeMode(true, true, 0x5a, 512));
        assertThat(HexFormat.of().formatHex(new TapeMode(false, true, 0x58, 0).toBytes()))
                .isEqualTo("000010085800000000000000");
        byte[] page = TapeMode.compressionPage(answer);
        assertThat(TapeMode.canCompress(page)).isTrue();
        assertThat(TapeMode.isCompressing(page)).isTrue();
        assertThat(HexFormat.of().formatHex(TapeMode.withCompression(page, false)))
                .isEqualTo("0f0e4080000000010000000100000000");
        malformed(() -> TapeMode.parse(new byte[3]));
        malformed(() -> TapeMode.compressionPage(Arrays.copyOf(answer, answer.length - 1)));
        malformed(() -> TapeMode.compressionPage(bytes("0b001000 100e c080 00000001 00000001 00000000")));
    }

    @Test
    void a_page_that_may_be_saved_is_sent_without_that_bit() throws Exception {
        byte[] page = TapeMode.compressionPage(bytes("13001000 8f0e 4080 00000001 00000001 00000000"));

        assertThat(TapeMode.withCompression(page, true)).startsWith(bytes("0f0e c080"));
    }

    @Test
    void alerts_are_the_parameters_with_their_lowest_bit() throws Exception {
        assertThat(TapeAlertPage.raised(bytes("2e00000f 0003 60 01 01 0014 60 01 03 0015 60 01 02")))
                .containsExactly(3, 20);
        assertThat(TapeAlertPage.raised(bytes("2e000005 0041 60 01 01")))
                .as("there are 64")
                .isEmpty();
        malformed(() -> TapeAlertPage.raised(bytes("2f000000")));
        malformed(() -> TapeAlertPage.raised(bytes("2e0000")));
    }

    @Test
    @Tag("M5")
    void densities_are_those_that_the_drive_reports() throws Exception {
        byte[] answer = Arrays.copyOf(bytes("006a0000 58588000"), 4 + 2 * 52);
        answer[4 + 52] = 0x46;

        DensityReport report = DensityReport.parse(answer);

        assertThat(report.readable()).containsExactly(0x46, 0x58);
        assertThat(report.writable()).containsExactly(0x58);
        assertThat(DensityReport.parse(Arrays.copyOf(answer, 30)).readable())
                .as("cut")
                .containsExactly(0x58);
        malformed(() -> DensityReport.parse(new byte[3]));
    }

    @Test
    @Tag("M5")
    void densities_have_the_names_that_operators_know() {
        assertThat(Arrays.stream(TapeDensity.values()).map(TapeDensity::label).collect(Collectors.joining(" ")))
                .isEqualTo("DEFAULT 800 833 1600 6250 3480 3490E TK50 TK70 TK85 TK86 TK87 TK88 TK89 QIC 8200 8500 8900"
                        + " DLT8000 SDLT SDLT320 SDLT600 DDS1 DDS2 DDS3 DDS4 AIT1 AIT2 AIT3 AIT4"
                        + " LTO1 LTO2 LTO3 LTO4 LTO5 LTO6 LTO7 LTO8 LTO9 LTO10");
        assertThat(TapeDensity.ofLabel("lto9").map(TapeDensity::code)).contains(0x60);
        assertThat(TapeDensity.ofLabel("3490e")).contains(TapeDensity.D3490E);
        assertThat(TapeDensity.ofLabel("LTO11")).isEmpty();
        assertThat(TapeDensity.nameOf(0x0a)).isEqualTo("833/TK50 (0ah)");
        assertThat(TapeDensity.nameOf(0xff)).isEqualTo("ffh");
    }

    @Test
    void commands_are_what_the_standards_draw() {
        Function<ScsiCommand, String> cdb = c -> c.cdb().toString();

        assertThat(cdb.apply(TapeCommands.write(room(0x1_0203)))).isEqualTo("0a 00 01 02 03 00");
        assertThat(cdb.apply(TapeCommands.read(room(0x4_0000)))).isEqualTo("08 00 04 00 00 00");
        assertThat(cdb.apply(TapeCommands.writeFilemarks(2))).isEqualTo("10 00 00 00 02 00");
        assertThat(cdb.apply(TapeCommands.space(Space.FILEMARKS, -1))).isEqualTo("11 01 ff ff ff 00");
        assertThat(cdb.apply(TapeCommands.space(Space.END_OF_DATA, 0))).isEqualTo("11 03 00 00 00 00");
        assertThat(cdb.apply(TapeCommands.locate(0xffff_fffeL))).isEqualTo("2b 00 00 ff ff ff fe 00 00 00");
        assertThat(cdb.apply(TapeCommands.locate(0x1_0000_0002L)))
                .isEqualTo("92 00 00 00 00 00 00 01 00 00 00 02 00 00 00 00");
        assertThat(cdb.apply(TapeCommands.readPositionLong(room(32)))).isEqualTo("34 06 00 00 00 00 00 00 00 00");
        assertThat(cdb.apply(TapeCommands.reportDensities(room(0x684)))).isEqualTo("44 00 00 00 00 00 00 06 84 00");
        assertThat(cdb.apply(TapeCommands.modeSense(0x0f, room(28)))).isEqualTo("1a 00 0f 00 1c 00");
        assertThat(cdb.apply(TapeCommands.modeSelect(room(28)))).isEqualTo("15 10 00 00 1c 00");
        assertThat(cdb.apply(TapeCommands.unload())).isEqualTo("1b 00 00 00 00 00");
        assertThat(cdb.apply(PrimaryCommands.logSense(0x2e, room(324)))).isEqualTo("4d 00 6e 00 00 00 00 01 44 00");
        assertThatIllegalArgumentException().isThrownBy(() -> TapeCommands.space(Space.BLOCKS, 0x80_0000));
        assertThatIllegalArgumentException().isThrownBy(() -> TapeCommands.locate(-1));
    }

    @Test
    void commands_have_the_time_that_the_slowest_drive_takes() {
        assertThat(TapeCommands.write(room(1)).timeout()).hasSeconds(1500);
        assertThat(TapeCommands.read(room(1)).timeout()).hasSeconds(2340);
        assertThat(TapeCommands.writeFilemarks(1).timeout()).hasSeconds(1620);
        assertThat(TapeCommands.rewind().timeout()).hasSeconds(600);
        assertThat(TapeCommands.locate(1).timeout()).hasSeconds(2940);
        assertThat(TapeCommands.space(Space.FILEMARKS, 1).timeout()).hasSeconds(2940);
        assertThat(TapeCommands.unload().timeout()).hasSeconds(960);
        assertThat(PrimaryCommands.testUnitReady().timeout()).hasSeconds(60);
    }

    private static void malformed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.MALFORMED_ANSWER));
    }
}
