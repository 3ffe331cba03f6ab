package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M18")
class UnitNumbersTest {
    private static UnitNumbers parse(String hex) throws ScsiException {
        return UnitNumbers.parse(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void units_in_peripheral_and_flat_addressing_have_numbers_and_come_in_their_order() throws ScsiException {
        UnitNumbers units =
                parse("00000020 00000000 0003000000000000 0000000000000000 4001000000000000 7fff000000000000");

        assertThat(units.numbers()).containsExactly(0, 1, 3, 16383);
        assertThat(units.others()).isZero();
    }

    @Test
    void units_behind_bridges_and_well_known_ones_are_only_counted() throws ScsiException {
        UnitNumbers units =
                parse("00000020 00000000 0001000000000000 c101000000000000 0101000000000000 0001000200000000");

        assertThat(units.numbers()).containsExactly(1);
        assertThat(units.others()).isEqualTo(3);
    }

    @Test
    void a_list_that_was_cut_is_read_as_far_as_it_goes() throws ScsiException {
        assertThat(parse("00000018 00000000 0000000000000000 0001000000000000 0002")
                        .numbers())
                .containsExactly(0, 1);
        assertThat(parse("00000000 00000000").numbers()).isEmpty();
        assertThat(parse("ffffffff 00000000 0001000000000000").numbers()).containsExactly(1);
        assertThatThrownBy(() -> parse("00000000 000000"))
                .hasMessageContaining("the answer to REPORT LUNS makes no sense: 7 bytes where 8 are due");
    }

    /** Whatever a target has, all of it is found, whichever way each number is written. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Tag("Q13")
    void any_units_are_found(long seed) throws ScsiException {
        Random chance = new Random(seed);
        for (int round = 0; round < 500; round++) {
            SortedSet<Integer> numbers = new TreeSet<>();
            int count = chance.nextInt(UnitNumbers.MOST + 1);
            int others = 0;
            ByteBuffer answer =
                    ByteBuffer.allocate(8 + 8 * count).putInt(8 * count).putInt(0);
            for (int i = 0; i < count; i++) {
                int number = chance.nextInt(1 << 14);
                boolean behindBridge = chance.nextInt(5) == 0;
                others += behindBridge ? 1 : 0;
                if (!behindBridge) {
                    numbers.add(number);
                }
                boolean flat = number > 0xff || chance.nextBoolean();
                answer.putShort((short) (flat ? 0x4000 | number : number));
                answer.putShort((short) (behindBridge ? 1 + chance.nextInt(0xffff) : 0));
                answer.putInt(0);
            }

            UnitNumbers units = UnitNumbers.parse(answer.array());

            assertThat(units.numbers()).as("seed %d, round %d", seed, round).isEqualTo(numbers);
            assertThat(units.others()).as("seed %d, round %d", seed, round).isEqualTo(others);
        }
    }

    @Test
    void a_tape_is_asked_once_its_news_are_told() throws Exception {
        var drive = new io.saddlebag.scsi.memory.SimulatedTape("drive1", 1, java.util.Set.of());

        assertThat(UnitProfile.of(drive)).hasValueSatisfying(unit -> {
            assertThat(unit.inquiry().deviceType()).isEqualTo(Inquiry.TAPE);
            assertThat(unit.serial()).contains("SIMdrive1");
        });
        assertThatThrownBy(() -> UnitNumbers.of(drive))
                .hasMessageContaining("the answer to REPORT LUNS makes no sense: status 2, ");
        assertThat(drive.log()).containsExactly("INQUIRY", "INQUIRY", "REPORT LUNS", "REPORT LUNS");
    }
}
