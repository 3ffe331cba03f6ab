package io.saddlebag.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.DeviceClaim.Standing;
import io.saddlebag.scsi.PersistentClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ReservationType;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.SenseData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reservations as others understand them: tgt has them for disks. Of tapes it only shows what a drive without them says.
 */
@Tag("M19")
class ReservedByTgtTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static TapeLab lab;
    private static IscsiAddress disk;

    @BeforeAll
    static void startLab(@TempDir Path folder) throws IOException {
        lab = TapeLab.start(folder, new TapeLab.Size(1, 1, 1));
        disk = lab.addDisk();
    }

    @AfterAll
    static void stopLab() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private static ScsiTransport from(String host) throws IOException {
        return IscsiTransport.connect(
                new IscsiLogin(disk, "iqn.2026-01.example:" + host, null, LIMIT), new SystemWaiter());
    }

    private static PersistentClaim claim(ScsiTransport way, String host, long pid) {
        return new PersistentClaim(
                "the device", way, ReservationKey.of(host, pid), ReservationType.EXCLUSIVE_ACCESS, new SystemWaiter());
    }

    /** What comes of reading a block, once the news are told; TEST UNIT READY is never refused here. */
    private static int status(ScsiTransport way) throws IOException {
        ScsiCommand read = new ScsiCommand(
                "READ(10)",
                Cdb.of(0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0),
                ScsiCommand.Direction.IN,
                ByteBuffer.allocate(512),
                LIMIT);
        ScsiReply reply = way.execute(read);
        for (int news = 0; news < 8 && SenseData.of(reply).isUnitAttention(); news++) {
            reply = way.execute(read);
        }
        return reply.status();
    }

    @Test
    void one_host_has_it_and_others_are_kept_out_until_it_is_given_back() throws IOException {
        try (ScsiTransport a = from("a");
                ScsiTransport b = from("b")) {
            PersistentClaim first = claim(a, "a", 1);
            PersistentClaim second = claim(b, "b", 2);
            first.take();

            assertThat(status(a)).isEqualTo(ScsiReply.GOOD);
            assertThat(status(b)).isEqualTo(ScsiReply.RESERVATION_CONFLICT);
            assertThatThrownBy(second::take)
                    .hasMessageContaining("the device is reserved by another host (key " + ReservationKey.of("a", 1));

            first.release();
            second.take();
            assertThat(status(a)).isEqualTo(ScsiReply.RESERVATION_CONFLICT);
            second.release();
            assertThat(status(a)).isEqualTo(ScsiReply.GOOD);
        }
    }

    @Test
    void what_a_process_left_that_died_is_taken_over_on_its_host_and_by_an_operator_elsewhere() throws IOException {
        try (ScsiTransport dead = from("a")) {
            claim(dead, "a", 1).take();
        }
        try (ScsiTransport elsewhere = from("b")) {
            assertThatThrownBy(claim(elsewhere, "b", 2)::take).hasMessageContaining("is reserved by another host");
        }
        try (ScsiTransport next = from("a")) {
            PersistentClaim claim = claim(next, "a", 3);
            claim.take();
            assertThat(status(next)).isEqualTo(ScsiReply.GOOD);
            claim.doubt();
            assertThat(claim.standing()).isEqualTo(Standing.OURS);
        }
        try (ScsiTransport operator = from("b")) {
            assertThat(claim(operator, "b", 4).preempt()).contains(ReservationKey.of("a", 3));
            assertThat(claim(operator, "b", 4).preempt()).isEmpty();
            PersistentClaim free = claim(operator, "b", 5);
            free.take();
            free.release();
        }
    }

    @Test
    void a_living_holder_that_is_preempted_has_lost_it() throws IOException {
        try (ScsiTransport a = from("a");
                ScsiTransport b = from("b")) {
            PersistentClaim victim = claim(a, "a", 1);
            victim.take();
            PersistentClaim taker = claim(b, "b", 2);
            taker.preempt();
            taker.take();

            assertThat(status(a)).isEqualTo(ScsiReply.RESERVATION_CONFLICT);
            victim.doubt();
            assertThat(victim.standing()).isEqualTo(Standing.LOST);
            victim.release();
            assertThat(status(b)).isEqualTo(ScsiReply.GOOD);
            taker.release();
        }
    }

    @Test
    void a_drive_and_a_changer_of_tgt_have_none_and_say_so() throws IOException {
        for (IscsiAddress unit : new IscsiAddress[] {lab.drive(1), lab.changer()}) {
            try (ScsiTransport way = lab.connect(unit)) {
                assertThatThrownBy(claim(way, "a", 1)::take)
                        .isInstanceOfSatisfying(
                                ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NOT_ALLOWED))
                        .hasMessageContaining("the device knows no persistent reservations");
            }
        }
    }
}
