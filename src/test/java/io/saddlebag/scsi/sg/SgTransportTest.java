package io.saddlebag.scsi.sg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiCommand.Direction;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's side is played; a real one is asked in the hardware lab. */
@Tag("M3")
class SgTransportTest {
    private static final Path DEVICE = Path.of("/dev/sg7");
    private static final int EACCES = 13;
    private static final int ENODEV = 19;

    private final PlayedKernel kernel = new PlayedKernel();

    @Test
    void lays_a_command_out_as_the_kernel_reads_it() throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(8).position(2);
        kernel.answer = header -> {
            byte[] bytes = header.getByteArray(0, 88);
            // pointers differ from run to run
            assertThat(header.getPointer(24).getByteArray(0, 6))
                    .isEqualTo(HexFormat.of().parseHex("0a0000000600"));
            assertThat(header.getPointer(32)).isEqualTo(header.share(88 + 16));
            for (int i = 16; i < 40; i++) {
                bytes[i] = 0x11;
            }
            assertThat(HexFormat.of().formatHex(bytes))
                    .isEqualTo(""
                            + "53000000" + "feffffff" + "06" + "fc" + "0000" + "06000000"
                            + "11".repeat(24)
                            + "dc050000" + "00000000" + "00000000" + "00000000" + "0000000000000000"
                            + "00000000" + "0000" + "0000" + "00000000" + "00000000" + "00000000" + "00000000");
            header.getPointer(16).setByte(5, (byte) 42);
        };

        open().execute(new ScsiCommand(
                "WRITE(6)", Cdb.of(0x0a, 0, 0, 0, 6, 0), Direction.OUT, block, Duration.ofMillis(1500)));

        assertThat(block.get(7)).as("the pointer is the buffer's own").isEqualTo((byte) 42);
        assertThat(kernel.sent).isEqualTo(1);
    }

    @Test
    void reads_status_residual_and_sense_where_the_kernel_wrote_them() throws IOException {
        kernel.answer = header -> {
            header.setByte(64, (byte) 2);
            header.setByte(67, (byte) 3);
            header.setShort(70, (short) 8);
            header.setInt(72, 90);
            header.share(88 + 16).write(0, new byte[] {0x70, 0, 0x25}, 0, 3);
            header.getPointer(16).write(0, "abcdefghijkl".getBytes(StandardCharsets.US_ASCII), 0, 12);
        };
        ByteBuffer into = ByteBuffer.allocate(100);

        ScsiReply reply = open().execute(read(into));

        assertThat(reply.status()).isEqualTo(ScsiReply.CHECK_CONDITION);
        assertThat(reply.sense()).containsExactly(0x70, 0, 0x25);
        assertThat(reply.transferredBytes()).isEqualTo(10);
        assertThat(new String(into.array(), 0, 12, StandardCharsets.US_ASCII)).isEqualTo("abcdefghij\0\0");
    }

    @ParameterizedTest
    @CsvSource({
        // host, driver, status, residual -> reply's status, bytes
        "0x00, 0x00, 0x00, 0, 0x00, 100",
        "0x00, 0x00, 0x00, 100, 0x00, 0",
        "0x00, 0x00, 0x00, -5, 0x00, 100",
        "0x00, 0x00, 0x00, 500, 0x00, 0",
        "0x00, 0x00, 0x08, 100, 0x08, 0",
        "0x00, 0x00, 0x18, 100, 0x18, 0",
        "0x11, 0x00, 0x18, 100, 0x18, 0",
        "0x10, 0x08, 0x02, 100, 0x02, 0",
    })
    void passes_on_what_the_device_said(String host, String driver, String status, int residual, String said, int bytes)
            throws IOException {
        kernel.answer = filled(host, driver, status, residual);

        ScsiReply reply = open().execute(read(ByteBuffer.allocate(100)));

        assertThat(reply.status()).isEqualTo(Integer.decode(said));
        assertThat(reply.transferredBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "0x03, 0x00, 0x00, TIMED_OUT",
        "0x03, 0x08, 0x02, TIMED_OUT",
        "0x00, 0x06, 0x00, TIMED_OUT",
        "0x01, 0x00, 0x00, CONNECTION_LOST",
        "0x07, 0x08, 0x02, CONNECTION_LOST",
        "0x08, 0x00, 0x00, CONNECTION_LOST",
        "0x0e, 0x00, 0x00, CONNECTION_LOST",
        "0x10, 0x00, 0x00, CONNECTION_LOST",
        "0x7f, 0x00, 0x00, CONNECTION_LOST",
        "0x00, 0x04, 0x00, CONNECTION_LOST",
    })
    void what_is_no_answer_of_the_device_fails(String host, String driver, String status, ScsiFault fault)
            throws IOException {
        kernel.answer = filled(host, driver, status, 0);
        SgTransport transport = open();

        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(100))))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(fault));
        assertThat(kernel.sent).isEqualTo(1);
    }

    @Test
    void sense_data_under_a_good_status_is_a_check_condition() throws IOException {
        kernel.answer = header -> header.setByte(67, (byte) 18);

        assertThat(open().execute(read(ByteBuffer.allocate(4))).status()).isEqualTo(ScsiReply.CHECK_CONDITION);
    }

    @ParameterizedTest
    @CsvSource({"13, NOT_ALLOWED", "1, NOT_ALLOWED", "2, NO_DEVICE", "6, NO_DEVICE", "19, NO_DEVICE", "16, IN_USE"})
    void a_device_that_can_not_be_opened_says_why(int error, ScsiFault fault) {
        kernel.openError = error;

        assertThatThrownBy(this::open).isInstanceOfSatisfying(ScsiException.class, e -> {
            assertThat(e.code()).isEqualTo(fault);
            assertThat(e.what()).startsWith("open /dev/sg7: ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/no-such-device", "/etc/hostname/sg0"})
    void the_real_kernel_refuses_what_is_no_scsi_device(String path) {
        assertThatThrownBy(() -> SgTransport.open(Path.of(path)))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE));
    }

    @Test
    void a_file_that_is_no_scsi_device_is_refused_and_closed() {
        kernel.versionError = 25;

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE));
        assertThat(kernel.closed).isEqualTo(1);
    }

    @Test
    void a_failed_call_is_sent_once_and_told_apart() throws IOException {
        SgTransport transport = open();
        kernel.sendError = EACCES;
        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(4))))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NOT_ALLOWED));
        kernel.sendError = ENODEV;
        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(4))))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.CONNECTION_LOST));

        assertThat(kernel.sent).isEqualTo(2);
    }

    @Test
    void signals_wait_until_a_command_has_ended_whatever_came_of_it() throws IOException {
        SgTransport transport = open();
        transport.execute(read(ByteBuffer.allocate(4)));
        kernel.sendError = ENODEV;
        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(4))))
                .isInstanceOf(ScsiException.class);

        assertThat(kernel.order).containsExactly("block", "send", "restore", "block", "send", "restore");
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 262_144, 1 << 24, Integer.MAX_VALUE})
    void transfers_at_most_what_the_queue_takes(int queue) throws IOException {
        kernel.queueBytes = queue;

        SgTransport transport = open();

        assertThat(transport.longestTransferBytes()).isEqualTo(Math.min(queue, (1 << 24) - 1));
    }

    @Test
    void is_closed_once_and_then_sends_nothing() throws IOException {
        SgTransport transport = open();
        transport.close();
        transport.close();

        assertThat(kernel.closed).isEqualTo(1);
        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(4))))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE));
        assertThat(kernel.sent).isZero();
    }

    private SgTransport open() throws ScsiException {
        return SgTransport.open(kernel, DEVICE);
    }

    private static ScsiCommand read(ByteBuffer into) {
        return new ScsiCommand("READ(6)", Cdb.of(8, 0, 0, 0, 4, 0), Direction.IN, into, Duration.ofSeconds(1));
    }

    private static Consumer<Pointer> filled(String host, String driver, String status, int residual) {
        return header -> {
            header.setByte(64, Integer.decode(status).byteValue());
            header.setShort(68, Integer.decode(host).shortValue());
            header.setShort(70, Integer.decode(driver).shortValue());
            header.setInt(72, residual);
        };
    }

    private static final class PlayedKernel implements SgCalls {
        private Consumer<Pointer> answer = header -> {};
        private int openError;
        private int versionError;
        private int sendError;
        private int queueBytes = 1 << 20;
        private int sent;
        private int closed;
        private final List<String> order = new ArrayList<>();

        @Override
        public int open(byte[] path, int flags, int mode) {
            assertThat(new String(path, StandardCharsets.US_ASCII)).isEqualTo("/dev/sg7\0");
            assertThat(flags).isEqualTo(02004002);
            fail(openError);
            return 3;
        }

        @Override
        public int close(int fd) {
            closed++;
            return 0;
        }

        @Override
        public int ioctl(int fd, NativeLong request, Object... argument) {
            switch ((int) request.longValue()) {
                case (int) SG_GET_VERSION_NUM -> fail(versionError);
                case (int) BLKSECTGET -> ((IntByReference) argument[0]).setValue(queueBytes);
                case (int) SG_GET_SG_TABLESIZE -> ((IntByReference) argument[0]).setValue(4096);
                case (int) SG_IO -> {
                    sent++;
                    order.add("send");
                    fail(sendError);
                    answer.accept((Pointer) argument[0]);
                }
                default -> assertThat(request.longValue()).isEqualTo(SG_SET_RESERVED_SIZE);
            }
            return 0;
        }

        @Override
        public int pthread_sigmask(int how, Pointer set, @Nullable Pointer old) {
            order.add(how == SIG_BLOCK ? "block" : "restore");
            return 0;
        }

        private static void fail(int error) {
            if (error != 0) {
                throw new LastErrorException(error);
            }
        }
    }
}
