package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.memory.SimulatedReservations;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two hosts and one device: who has it, who takes it over, and who is told. */
@Tag("M19")
class DeviceClaimTest {
    private static final int OUT = 0x5f;

    private final SimulatedTape tape = new SimulatedTape("drive1", 1, Set.of());
    private final SimulatedReservations device = SimulatedReservations.of(tape);
    private final QuickWaiter waiter = new QuickWaiter();

    private PersistentClaim claim(String nexus, String host, long pid) {
        return claim(device.from(nexus), host, pid);
    }

    private PersistentClaim claim(ScsiTransport way, String host, long pid) {
        return new PersistentClaim(
                "drive left", way, ReservationKey.of(host, pid), ReservationType.EXCLUSIVE_ACCESS, waiter);
    }

    private static void refused(PersistentClaim claim, String why) {
        assertThatThrownBy(claim::take)
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.IN_USE))
                .hasMessageContaining(why);
    }

    @Test
    void keys_tell_the_host_and_then_the_process() {
        ReservationKey key = ReservationKey.of("chicago", 4711);

        assertThat(key.value() & 0xff_ffff).isEqualTo(4711);
        assertThat(key.isOfSameHostAs(ReservationKey.of("chicago", 1))).isTrue();
        assertThat(key.isOfSameHostAs(ReservationKey.of("boston", 4711))).isFalse();
        assertThat(key).hasToString("0x" + Long.toHexString(key.value()));
        assertThat(new ReservationKey(0x2a)).hasToString("0x000000000000002a");
        assertThatThrownBy(() -> new ReservationKey(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void one_host_at_a_time_has_it() throws IOException {
        PersistentClaim first = claim("a", "chicago", 1);
        PersistentClaim second = claim("b", "boston", 2);

        first.take();
        assertThat(device.holder()).isEqualTo("a");
        refused(
                second,
                "SBG-U005 drive left is reserved by another host (key " + ReservationKey.of("chicago", 1) + ")");
        assertThat(device.registrations()).as("the loser leaves nothing behind").containsOnlyKeys("a");

        first.release();
        assertThat(device.registrations()).isEmpty();
        second.take();
        assertThat(device.holder()).isEqualTo("b");
        second.release();
        second.release();
        assertThat(device.log())
                .containsExactly(
                        "a register",
                        "a reserve",
                        "b register",
                        "b unregister",
                        "a release",
                        "a unregister",
                        "b register",
                        "b reserve",
                        "b release",
                        "b unregister");
    }

    @Test
    void what_a_dead_process_of_this_host_left_is_taken_over() throws IOException {
        claim("dead", "chicago", 1).take();
        PersistentClaim next = claim("alive", "chicago", 2);

        next.take();

        assertThat(device.holder()).isEqualTo("alive");
        assertThat(device.registrations()).containsOnlyKeys("alive");
        assertThat(next.standing()).isEqualTo(DeviceClaim.Standing.OURS);
    }

    @Test
    void so_is_what_this_process_left_on_another_way() throws IOException {
        claim("old path", "chicago", 1).take();

        claim("new path", "chicago", 1).take();

        assertThat(device.holder()).isEqualTo("new path");
        assertThat(device.registrations()).containsOnlyKeys("new path");
    }

    @Test
    void registrations_of_dead_processes_do_not_pile_up() throws IOException {
        for (String dead : new String[] {"dead1", "dead2"}) {
            device.from(dead).execute(ReservationCommands.register(ReservationKey.of("chicago", dead.charAt(4))));
        }
        device.from("other").execute(ReservationCommands.register(ReservationKey.of("boston", 9)));

        claim("alive", "chicago", 2).take();

        assertThat(device.registrations()).containsOnlyKeys("alive", "other");
    }

    @Test
    void another_hosts_is_taken_away_by_an_operator_alone_and_that_host_is_told() throws IOException {
        PersistentClaim dead = claim("a", "chicago", 1);
        dead.take();
        PersistentClaim operator = claim("b", "boston", 2);

        assertThat(operator.preempt()).contains(ReservationKey.of("chicago", 1));

        assertThat(device.holder()).isNull();
        assertThat(device.registrations()).isEmpty();
        assertThat(operator.preempt()).isEmpty();
        ScsiReply told = device.from("a").execute(PrimaryCommands.testUnitReady());
        assertThat(SenseData.of(told).saysReservationIsGone()).isTrue();
        claim("c", "denver", 3).take();
    }

    @Test
    void a_claim_that_is_in_doubt_asks_the_device() throws IOException {
        PersistentClaim claim = claim("a", "chicago", 1);
        claim.take();
        claim.doubt();
        assertThat(claim.standing()).isEqualTo(DeviceClaim.Standing.OURS);

        device.powerLoss();
        assertThat(claim.standing()).as("nobody doubts yet").isEqualTo(DeviceClaim.Standing.OURS);
        claim.doubt();
        assertThat(claim.standing()).isEqualTo(DeviceClaim.Standing.LOST);
        assertThat(claim.lost()).as("lost already").isFalse();
        claim.release();
        claim.take();
        assertThat(claim.standing()).isEqualTo(DeviceClaim.Standing.OURS);
    }

    @Test
    void taking_it_is_news_once() throws IOException {
        PersistentClaim claim = claim("a", "chicago", 1);
        claim.take();

        assertThat(claim.takeNews()).isTrue();
        assertThat(claim.takeNews()).isFalse();
        assertThat(DeviceClaim.UNSHARED.takeNews()).isFalse();
    }

    @Test
    void a_device_without_reservations_says_so() {
        assertThatThrownBy(claim(new SimulatedTape("drive1", 1, Set.of()), "chicago", 1)::take)
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NOT_ALLOWED))
                .hasMessageContaining("drive left knows no persistent reservations");
    }

    /** Refuses as the tape does, before reservations are looked at. */
    private ScsiTransport busy(TapeFaultKind kind, int commands) {
        SimulatedTape front = new SimulatedTape("drive1", 1, Set.of()).nextOf(OUT, commands, kind);
        ScsiTransport way = device.from("a");
        return new ScsiTransport() {
            private int refused;

            @Override
            public String name() {
                return way.name();
            }

            @Override
            public int longestTransferBytes() {
                return way.longestTransferBytes();
            }

            @Override
            public ScsiReply execute(ScsiCommand command) throws IOException {
                boolean refuse = command.cdb().operation() == OUT && refused++ < commands;
                return refuse ? front.execute(command) : way.execute(command);
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void a_busy_device_and_its_news_are_waited_out() throws IOException {
        claim(busy(TapeFaultKind.BUSY, 5), "chicago", 1).take();
        assertThat(device.holder()).isEqualTo("a");
        assertThat(waiter.nanos()).isEqualTo(5_000_000_000L);

        claim(busy(TapeFaultKind.RESET, 1), "chicago", 1).take();

        assertThatThrownBy(claim(busy(TapeFaultKind.BUSY, 1000), "chicago", 1)::take)
                .hasMessageContaining("drive left answers PERSISTENT RESERVE OUT register with status 8");
        assertThat(waiter.nanos()).isLessThan(70_000_000_000L);
    }

    @Test
    void a_failure_on_the_way_to_it_leaves_nothing_taken() throws IOException {
        ScsiTransport way = device.from("a");
        // register, reserve, read keys
        for (int n = 1; n <= 3; n++) {
            int broken = n;
            ScsiTransport fragile = new ScsiTransport() {
                private int count;

                @Override
                public String name() {
                    return way.name();
                }

                @Override
                public int longestTransferBytes() {
                    return way.longestTransferBytes();
                }

                @Override
                public ScsiReply execute(ScsiCommand command) throws IOException {
                    if (++count == broken) {
                        throw new ScsiException(ScsiFault.TIMED_OUT, command.name() + " timed out", "Wait.");
                    }
                    return way.execute(command);
                }

                @Override
                public void close() {}
            };
            PersistentClaim claim = claim(fragile, "chicago", 1);
            assertThatThrownBy(claim::take)
                    .isInstanceOfSatisfying(
                            ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.TIMED_OUT));
            assertThat(claim.standing()).as("%d", n).isEqualTo(DeviceClaim.Standing.NOT_TAKEN);
        }
        assertThat(device.holder()).isNull();
        assertThat(device.registrations()).isEmpty();
    }

    @Test
    void answers_that_make_no_sense_are_refused() throws ScsiException {
        assertThat(ReservationCommands.parseReservation(new byte[8])).isEmpty();
        assertThatThrownBy(() -> ReservationCommands.parseReservation(new byte[7]))
                .hasMessageContaining("the answer to PERSISTENT RESERVE IN makes no sense: 7 bytes where 8 are due");
        byte[] cut = {0, 0, 0, 1, 0, 0, 0, 16, 1, 2, 3};
        assertThatThrownBy(() -> ReservationCommands.parseReservation(cut)).hasMessageContaining("where 16 are due");
        byte[] keys = {0, 0, 0, 1, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        assertThat(ReservationCommands.parseKeys(keys)).containsExactly(new ReservationKey(7));
        assertThat(Map.of(
                        "reserve",
                        ReservationCommands.reserve(new ReservationKey(7), ReservationType.EXCLUSIVE_ACCESS)
                                .cdb()))
                .containsEntry("reserve", Cdb.of(0x5f, 1, 3, 0, 0, 0, 0, 0, 24, 0));
    }
}
