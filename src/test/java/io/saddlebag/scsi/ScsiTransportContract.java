package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.scsi.ScsiCommand.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every way to a device does (M3, M18), shown on a tape drive with a cartridge in it that may be overwritten. */
@Tag("M3")
@Tag("M18")
public abstract class ScsiTransportContract {
    protected static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MEBIBYTE = 1 << 20;
    private static final List<IntFunction<ByteBuffer>> KINDS =
            List.of(ByteBuffer::allocate, ByteBuffer::allocateDirect);

    private @Nullable ScsiTransport opened;

    /** A new way to the drive, ready, at its beginning. */
    protected abstract ScsiTransport open() throws IOException;

    /** What {@link ScsiTransport#name} says. */
    protected abstract String expectedName();

    @AfterEach
    void closeOpened() throws IOException {
        if (opened != null) {
            opened.close();
        }
    }

    @Test
    void asks_a_drive_who_it_is() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(36);

        ScsiReply reply = drive().execute(command("INQUIRY", Cdb.of(0x12, 0, 0, 0, 36, 0), answer));

        assertThat(reply.isGood()).isTrue();
        assertThat(reply.transferredBytes()).isEqualTo(36);
        assertThat(answer.get(0) & 0x1f).as("a sequential device").isEqualTo(1);
        assertThat(new String(answer.array(), 8, 24, StandardCharsets.US_ASCII)).isPrintable();
        assertThat(drive().name()).isEqualTo(expectedName());
    }

    @Test
    void says_how_much_less_came_and_stays_within_the_buffer() throws IOException {
        for (IntFunction<ByteBuffer> kind : KINDS) {
            ByteBuffer answer = kind.apply(210);
            answer.put(209, (byte) 0x55).position(5).limit(209);

            ScsiReply reply = drive().execute(command("INQUIRY", Cdb.of(0x12, 0, 0, 0, 204, 0), answer));

            assertThat(reply.isGood()).isTrue();
            assertThat(reply.transferredBytes()).isBetween(36, 120);
            assertThat(answer.get(5) & 0x1f).isEqualTo(1);
            assertThat(answer.get(4)).isZero();
            assertThat(answer.position()).isEqualTo(5);
            assertThat(answer.limit()).isEqualTo(209);
            assertThat(answer.limit(210).get(209)).isEqualTo((byte) 0x55);
        }
    }

    @Test
    void gives_sense_data_as_it_came() throws IOException {
        ScsiReply reply = drive().execute(none("unknown command", Cdb.of(0xd1, 0, 0, 0, 0, 0)));

        assertThat(reply.status()).isEqualTo(ScsiReply.CHECK_CONDITION);
        byte[] sense = reply.sense();
        assertThat(sense[0] & 0x7f).isIn(0x70, 0x72);
        boolean fixed = (sense[0] & 0x7f) == 0x70;
        assertThat(sense[fixed ? 2 : 1] & 0x0f).as("illegal request").isEqualTo(5);
        assertThat(sense[fixed ? 12 : 2]).as("invalid command operation code").isEqualTo((byte) 0x20);
        assertThat(ready().isGood()).as("told once").isTrue();
    }

    @Test
    void keeps_blocks_of_any_length_from_and_to_any_buffer() throws IOException {
        Random content = new Random(1);
        for (int length : new int[] {1, 2, 3, 5, 511, 4097, 65_535, 262_144, MEBIBYTE - 1, MEBIBYTE}) {
            byte[] written = new byte[length];
            content.nextBytes(written);
            rewind();
            for (IntFunction<ByteBuffer> kind : KINDS) {
                ByteBuffer out = kind.apply(length + 6);
                out.position(3).limit(3 + length);
                out.duplicate().put(written);

                ScsiReply reply = drive().execute(write(out.asReadOnlyBuffer()));

                assertThat(reply.isGood()).as("block of " + length).isTrue();
                assertThat(reply.transferredBytes()).isEqualTo(length);
                assertThat(out.position()).isEqualTo(3);
            }
            rewind();
            for (IntFunction<ByteBuffer> kind : KINDS) {
                ByteBuffer in = kind.apply(length + 6);
                in.position(3).limit(3 + length);

                ScsiReply reply = drive().execute(read(in));

                assertThat(reply.isGood()).as("block of " + length).isTrue();
                assertThat(reply.transferredBytes()).isEqualTo(length);
                byte[] got = new byte[length];
                in.duplicate().get(got);
                assertThat(got).isEqualTo(written);
                assertThat(in.position()).isEqualTo(3);
                assertThat(in.limit()).isEqualTo(3 + length);
            }
        }
    }

    @Test
    void a_block_is_written_once() throws IOException {
        rewind();
        ByteBuffer one = ByteBuffer.allocate(1000);
        one.put(0, (byte) 7);

        drive().execute(write(one));
        drive().execute(none("WRITE FILEMARKS(6)", Cdb.of(0x10, 0, 0, 0, 1, 0)));

        rewind();
        assertThat(drive().execute(read(ByteBuffer.allocate(2000))).sense()[2] & 0xe0)
                .as("a shorter block")
                .isEqualTo(0x20);
        assertThat(drive().execute(read(ByteBuffer.allocate(2000))).sense()[2] & 0xe0)
                .as("then the filemark")
                .isEqualTo(0x80);
    }

    @Test
    void refuses_what_is_too_long_or_can_not_be_filled_before_anything_is_sent() throws IOException {
        int longest = drive().longestTransferBytes();
        assertThat(longest).isGreaterThanOrEqualTo(MEBIBYTE);
        ByteBuffer tooLong = ByteBuffer.allocateDirect(longest + 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> drive().execute(
                                new ScsiCommand("READ(6)", Cdb.of(8, 0, 0, 0, 1, 0), Direction.IN, tooLong, LIMIT)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> drive().execute(read(ByteBuffer.allocate(4).asReadOnlyBuffer())));

        assertThat(ready().isGood()).isTrue();
    }

    @Test
    void takes_an_empty_transfer() throws IOException {
        ScsiReply reply = drive().execute(command("INQUIRY", Cdb.of(0x12, 0, 0, 0, 0, 0), ByteBuffer.allocate(0)));

        assertThat(reply.isGood()).isTrue();
        assertThat(reply.transferredBytes()).isZero();
    }

    @Test
    void is_closed_twice_and_then_sends_nothing() throws IOException {
        ScsiTransport drive = drive();
        drive.close();
        drive.close();

        refuses(ScsiFault.NO_DEVICE, () -> drive.execute(none("TEST UNIT READY", Cdb.of(0, 0, 0, 0, 0, 0))));
    }

    protected final ScsiTransport drive() throws IOException {
        if (opened == null) {
            opened = open();
        }
        return opened;
    }

    protected final void rewind() throws IOException {
        assertThat(drive().execute(none("REWIND", Cdb.of(1, 0, 0, 0, 0, 0))).isGood())
                .isTrue();
    }

    protected final ScsiReply ready() throws IOException {
        return drive().execute(none("TEST UNIT READY", Cdb.of(0, 0, 0, 0, 0, 0)));
    }

    protected static ScsiCommand none(String name, Cdb cdb) {
        return new ScsiCommand(name, cdb, Direction.NONE, null, LIMIT);
    }

    protected static ScsiCommand command(String name, Cdb cdb, ByteBuffer into) {
        return new ScsiCommand(name, cdb, Direction.IN, into, LIMIT);
    }

    protected static ScsiCommand write(ByteBuffer block) {
        return write(block, LIMIT);
    }

    protected static ScsiCommand write(ByteBuffer block, Duration limit) {
        return new ScsiCommand("WRITE(6)", block6(0x0a, block.remaining()), Direction.OUT, block, limit);
    }

    protected static ScsiCommand read(ByteBuffer into) {
        return new ScsiCommand("READ(6)", block6(0x08, into.remaining()), Direction.IN, into, LIMIT);
    }

    protected static void refuses(ScsiFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    private static Cdb block6(int operation, int bytes) {
        return Cdb.of(operation, 0, bytes >> 16, bytes >> 8 & 0xff, bytes & 0xff, 0);
    }
}
