package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a device answers, reading it ends, with a record or with one kind of failure. */
@Tag("Q13")
class TapeCodecFuzzTest {
    private static final int ROUNDS = 20_000;

    /** Reads bytes as some answer. */
    private interface Reader {
        Object read(byte[] answer) throws ScsiException;
    }

    private static final Map<String, Reader> READERS = Map.ofEntries(
            Map.entry("sense data", SenseData::parse),
            Map.entry("inquiry", Inquiry::parse),
            Map.entry("serial number", UnitSerial::parse),
            Map.entry("short position", ReportedPosition::parseShort),
            Map.entry("long position", ReportedPosition::parseLong),
            Map.entry("mode", TapeMode::parse),
            Map.entry("compression", TapeMode::compressionPage),
            Map.entry("alerts", TapeAlertPage::raised),
            Map.entry("densities", DensityReport::parse),
            Map.entry("block protection", TapeCodecFuzzTest::protection),
            Map.entry("offer of block protection", BlockProtectionOffer::parse),
            Map.entry("unit numbers", TapeCodecFuzzTest::units),
            Map.entry("reservation", ReservationCommands::parseReservation),
            Map.entry("reservation keys", TapeCodecFuzzTest::keys));

    private static final List<String> SEEDS = List.of(
            "f0004d000400000a0000000000020000000000",
            "7200000000000010000a8000fffffffffffffffe04020020",
            "01800008445256303030303100000000000000000000000000000000000000000000000000",
            "1b0090085a000000000002000f0ec080000000010000000100000000",
            "2e00000f0003600101001460010300156001020000000000000000",
            "17001008" + "5e00000000000000" + "caf00008" + "02c4e75000000000",
            "01b5001200000000" + "05f008c0ffff" + "030104c0" + "030204e0",
            "006a00005858800000000000000000000000000000000000000000",
            "0000002000000000" + "0000000000000000" + "00ff000000000000" + "7fff000000000000" + "c101000000000000",
            "0000000700000010" + "5a01c3d4e5001267" + "0000000000030000",
            "0000000700000018" + "5a01c3d4e5001267" + "0000000000000000" + "5a01c3d4e5001268");

    /** Of a list behind eight bytes of header. */
    private static int mostEntries(byte[] answer) {
        return Math.max(0, answer.length - 8) / 8;
    }

    private static Object units(byte[] answer) throws ScsiException {
        UnitNumbers units = UnitNumbers.parse(answer);
        assertThat(units.numbers()).allMatch(number -> number >= 0 && number < 1 << 14);
        assertThat(units.others()).isNotNegative();
        assertThat(units.numbers().size() + units.others()).isLessThanOrEqualTo(mostEntries(answer));
        return units;
    }

    private static Object keys(byte[] answer) throws ScsiException {
        List<ReservationKey> keys = ReservationCommands.parseKeys(answer);
        assertThat(keys.size()).isLessThanOrEqualTo(mostEntries(answer));
        return keys;
    }

    private static Object protection(byte[] answer) {
        return BlockProtectionPage.find(answer).map(page -> {
            BlockProtectionPage read = BlockProtectionPage.parse(page);
            assertThat(BlockProtectionPage.parse(read.in(page))).isEqualTo(read);
            return read;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_bytes_are_read_or_refused(long seed) {
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(1), () -> readAll(seed), "seed " + seed);
    }

    private static void readAll(long seed) {
        Random chance = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] answer = answer(chance);
            READERS.forEach((name, reader) -> readOrRefuse(seed, name, reader, answer));
        }
    }

    private static void readOrRefuse(long seed, String name, Reader reader, byte[] answer) {
        try {
            assertThat(reader.read(answer)).isNotNull();
        } catch (ScsiException e) {
            assertThat(e.code()).isEqualTo(ScsiFault.MALFORMED_ANSWER);
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", " + name + ": " + HexFormat.of().formatHex(answer), e);
        }
    }

    private static byte[] answer(Random chance) {
        if (chance.nextInt(4) == 0) {
            byte[] any = new byte[chance.nextInt(80)];
            chance.nextBytes(any);
            return any;
        }
        byte[] known = HexFormat.of().parseHex(SEEDS.get(chance.nextInt(SEEDS.size())));
        byte[] changed = Arrays.copyOf(known, chance.nextInt(known.length + 1));
        for (int i = chance.nextInt(4); i > 0 && changed.length > 0; i--) {
            changed[chance.nextInt(changed.length)] = (byte) (chance.nextBoolean() ? 0xff : chance.nextInt());
        }
        return changed;
    }
}
