package io.saddlebag.scsi.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import com.sun.jna.WString;
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
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The system's side is played as Microsoft documents it; this has not run on Windows. */
@Tag("M3")
class WindowsTransportTest {
    private static final String DEVICE = "\\\\.\\Tape0";

    private final PlayedWindows windows = new PlayedWindows();

    @Test
    void lays_a_command_out_as_the_documented_structure() throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(8).position(2);
        windows.answer = structure -> {
            byte[] bytes = structure.getByteArray(0, 56);
            // pointers differ from run to run
            for (int i = 24; i < 32; i++) {
                bytes[i] = 0x11;
            }
            assertThat(HexFormat.of().formatHex(bytes))
                    .isEqualTo("3800" + "00" + "000000" + "06" + "fc" + "00" + "000000" + "06000000" + "02000000"
                            + "00000000" + "11".repeat(8) + "38000000" + "0a0000000600" + "00".repeat(10) + "00000000");
            structure.getPointer(24).setByte(5, (byte) 42);
        };

        open().execute(new ScsiCommand(
                "WRITE(6)", Cdb.of(0x0a, 0, 0, 0, 6, 0), Direction.OUT, block, Duration.ofMillis(1500)));

        assertThat(block.get(7)).as("the pointer is the buffer's own").isEqualTo((byte) 42);
        assertThat(windows.sent).isEqualTo(1);
    }

    @Test
    void reads_status_length_and_sense_where_the_system_wrote_them() throws IOException {
        windows.answer = structure -> {
            assertThat(structure.getByte(8)).isEqualTo((byte) 1);
            structure.setByte(2, (byte) 2);
            structure.setByte(7, (byte) 3);
            structure.setInt(12, 10);
            structure.share(56).write(0, new byte[] {0x70, 0, 0x25}, 0, 3);
            structure.getPointer(24).write(0, "abcdefghijkl".getBytes(StandardCharsets.US_ASCII), 0, 12);
        };
        ByteBuffer into = ByteBuffer.allocate(100);

        ScsiReply reply = open().execute(read(into));

        assertThat(reply.status()).isEqualTo(ScsiReply.CHECK_CONDITION);
        assertThat(reply.sense()).containsExactly(0x70, 0, 0x25);
        assertThat(reply.transferredBytes()).isEqualTo(10);
        assertThat(new String(into.array(), 0, 12, StandardCharsets.US_ASCII)).isEqualTo("abcdefghij\0\0");
    }

    @Test
    void a_command_without_data_says_so() throws IOException {
        windows.answer = structure -> {
            assertThat(structure.getByte(8)).isEqualTo((byte) 2);
            assertThat(structure.getPointer(24)).isNull();
        };
        assertThat(open().execute(new ScsiCommand(
                                "REWIND", Cdb.of(1, 0, 0, 0, 0, 0), Direction.NONE, null, Duration.ofHours(2)))
                        .status())
                .isZero();
    }

    @Test
    void a_buffer_that_the_adapter_can_not_take_where_it_is_goes_through_one_that_it_can() throws IOException {
        windows.alignmentMask = 0xff;
        ByteBuffer block = ByteBuffer.allocateDirect(600);
        block.position(1).limit(513);
        windows.answer = structure -> {
            assertThat(Pointer.nativeValue(structure.getPointer(24)) & 0xff).isZero();
            assertThat(structure.getPointer(24).getByte(0)).isEqualTo((byte) 7);
        };
        block.put(1, (byte) 7);
        open().execute(new ScsiCommand(
                "WRITE(6)", Cdb.of(0x0a, 0, 0, 2, 0, 0), Direction.OUT, block, Duration.ofSeconds(1)));
        assertThat(windows.sent).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "5, NOT_ALLOWED",
        "1, NO_DEVICE",
        "87, NO_DEVICE",
        "121, TIMED_OUT",
        "1460, TIMED_OUT",
        "1117, CONNECTION_LOST",
        "31, CONNECTION_LOST"
    })
    void a_failed_call_is_sent_once_and_told_apart(int error, ScsiFault fault) throws IOException {
        WindowsTransport transport = open();
        windows.sendError = error;
        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(4))))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(fault));
        assertThat(windows.sent).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"2, NO_DEVICE", "3, NO_DEVICE", "5, NOT_ALLOWED", "32, IN_USE", "170, IN_USE"})
    void a_device_that_can_not_be_opened_says_why(int error, ScsiFault fault) {
        windows.openError = error;
        assertThatThrownBy(this::open).isInstanceOfSatisfying(ScsiException.class, e -> {
            assertThat(e.code()).isEqualTo(fault);
            assertThat(e.what()).contains(DEVICE).contains("error " + error);
        });
    }

    @ParameterizedTest
    @CsvSource({
        // what the adapter says, pages -> bytes
        "1048576, 257, 1048576",
        "1048576, 17, 65536",
        "1048576, 0, 1048576",
        "-1, 0, 16777215",
        "0, 0, 4096",
    })
    void transfers_at_most_what_the_adapter_takes(int longest, int pages, int bytes) throws IOException {
        windows.longest = longest;
        windows.pages = pages;
        assertThat(open().longestTransferBytes()).isEqualTo(bytes);
    }

    @Test
    void without_an_answer_of_the_adapter_transfers_stay_small() throws IOException {
        windows.silent = true;
        assertThat(open().longestTransferBytes()).isEqualTo(65_536);
    }

    @Test
    void is_closed_once_and_then_sends_nothing() throws IOException {
        WindowsTransport transport = open();
        transport.close();
        transport.close();
        assertThat(windows.closed).isEqualTo(1);
        assertThatThrownBy(() -> transport.execute(read(ByteBuffer.allocate(4))))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE));
        assertThat(windows.sent).isZero();
    }

    @Test
    void on_another_system_it_says_so() {
        assertThatThrownBy(() -> WindowsTransport.open(DEVICE)).isInstanceOfSatisfying(ScsiException.class, e -> {
            assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE);
            assertThat(e.what()).contains("on Windows only");
        });
    }

    private WindowsTransport open() throws ScsiException {
        return WindowsTransport.open(windows, DEVICE);
    }

    private static ScsiCommand read(ByteBuffer into) {
        return new ScsiCommand("READ(6)", Cdb.of(8, 0, 0, 0, 4, 0), Direction.IN, into, Duration.ofSeconds(1));
    }

    private static final class PlayedWindows implements WindowsCalls {
        private static final Pointer HANDLE = Pointer.createConstant(0x44);

        private Consumer<Pointer> answer = structure -> {};
        private int openError;
        private int sendError;
        private int lastError;
        private int longest = 1 << 20;
        private int pages;
        private int alignmentMask;
        private boolean silent;
        private int sent;
        private int closed;

        @Override
        public Pointer CreateFileW(
                WString name, int access, int share, Pointer security, int disposition, int flags, Pointer template) {
            assertThat(name.toString()).isEqualTo(DEVICE);
            assertThat(access).isEqualTo(0xC000_0000);
            assertThat(share).isZero();
            assertThat(disposition).isEqualTo(3);
            lastError = openError;
            return openError == 0 ? HANDLE : NO_HANDLE;
        }

        @Override
        public boolean DeviceIoControl(
                Pointer handle,
                int code,
                Pointer in,
                int inBytes,
                Pointer out,
                int outBytes,
                IntByReference returned,
                Pointer overlapped) {
            assertThat(handle).isEqualTo(HANDLE);
            if (code == 0x41010) {
                lastError = silent ? 1 : 0;
                out.setInt(0, 24);
                out.setInt(4, longest);
                out.setInt(8, pages);
                out.setInt(16, alignmentMask);
                return !silent;
            }
            assertThat(code).isEqualTo(0x4D014);
            assertThat(in).isEqualTo(out);
            assertThat(outBytes).isEqualTo(inBytes).isEqualTo(56 + 252);
            sent++;
            lastError = sendError;
            if (sendError == 0) {
                answer.accept(out);
            }
            return sendError == 0;
        }

        @Override
        public boolean CloseHandle(Pointer handle) {
            closed++;
            return true;
        }

        @Override
        public int lastError() {
            return lastError;
        }
    }
}
