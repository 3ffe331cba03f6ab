package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PERSISTENT RESERVE IN and OUT, byte for byte (SPC-4, 6.13 and 6.14). */
@Tag("M19")
class ReservationCommandsTest {
    private static final ReservationKey OURS = new ReservationKey(0x5a01c3d4e5001267L);
    private static final ReservationKey THEIRS = new ReservationKey(0x0102030405060708L);

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String sent(ScsiCommand command) {
        ByteBuffer data = Objects.requireNonNull(command.data()).duplicate();
        byte[] parameters = new byte[data.remaining()];
        data.get(parameters);
        return HexFormat.of().formatHex(command.cdb().toBytes())
                + " "
                + HexFormat.of().formatHex(parameters);
    }

    @Test
    void what_is_asked_for_is_in_its_place() {
        String ours = "5a01c3d4e5001267";
        String theirs = "0102030405060708";
        String none = "0000000000000000";
        ReservationType exclusive = ReservationType.EXCLUSIVE_ACCESS;

        assertThat(sent(ReservationCommands.register(OURS))).isEqualTo("5f060000000000001800 " + none + ours + none);
        assertThat(sent(ReservationCommands.unregister(OURS))).isEqualTo("5f000000000000001800 " + ours + none + none);
        assertThat(sent(ReservationCommands.reserve(OURS, exclusive)))
                .isEqualTo("5f010300000000001800 " + ours + none + none);
        assertThat(sent(ReservationCommands.release(OURS, ReservationType.WRITE_EXCLUSIVE)))
                .isEqualTo("5f020100000000001800 " + ours + none + none);
        assertThat(sent(ReservationCommands.preempt(OURS, THEIRS, exclusive)))
                .isEqualTo("5f040300000000001800 " + ours + theirs + none);
        assertThat(ReservationCommands.readKeys(ByteBuffer.allocate(ReservationCommands.READ_KEYS_BYTES))
                        .cdb()
                        .toBytes())
                .isEqualTo(bytes("5e000000000000080800"));
        assertThat(ReservationCommands.readReservation(ByteBuffer.allocate(ReservationCommands.READ_RESERVATION_BYTES))
                        .cdb()
                        .toBytes())
                .isEqualTo(bytes("5e010000000000001800"));
    }

    @Test
    void the_holder_is_read() throws ScsiException {
        assertThat(ReservationCommands.parseReservation(
                        bytes("00000007 00000010 5a01c3d4e5001267 00000000 00 03 0000")))
                .contains(OURS);
        assertThat(ReservationCommands.parseReservation(bytes("00000007 00000000")))
                .isEmpty();
        assertThat(ReservationCommands.parseReservation(
                        bytes("00000007 00000010 0000000000000000 00000000 00 03 0000")))
                .as("from before there were keys")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000007", "00000007 000000", "00000007 00000010 5a01c3d4e50012"})
    @Tag("Q13")
    void a_holder_that_was_cut_off_is_not_taken_for_none(String hex) {
        assertThatThrownBy(() -> ReservationCommands.parseReservation(bytes(hex)))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.MALFORMED_ANSWER))
                .hasMessageContaining("the answer to PERSISTENT RESERVE IN makes no sense");
    }

    /** A list may be longer than what was asked for, and its end may be missing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Tag("Q13")
    void any_keys_are_read_as_far_as_they_go(long seed) throws ScsiException {
        Random chance = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<ReservationKey> keys = new ArrayList<>();
            int listed = chance.nextInt(300);
            int delivered = chance.nextInt(listed + 1);
            int rest = chance.nextInt(8);
            ByteBuffer answer = ByteBuffer.allocate(8 + 8 * delivered + rest);
            answer.putInt(chance.nextInt()).putInt(8 * listed);
            for (int i = 0; i < delivered; i++) {
                long key = chance.nextInt(10) == 0 ? 0 : chance.nextLong();
                answer.putLong(key);
                if (key != 0) {
                    keys.add(new ReservationKey(key));
                }
            }

            assertThat(ReservationCommands.parseKeys(answer.array()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(keys);
        }
    }
}
