package io.saddlebag.scsi.sg;

import com.sun.jna.NativeLong;
import com.sun.jna.ptr.IntByReference;
import io.saddlebag.scsi.ReportedPosition;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.TapeCommands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's simulated drive, from outside of whoever uses it: what it is to fail with (its debugfs file {@code error},
 * its module's parameters), resets, and where it really stands.
 */
public final class ScsiDebug {
    private static final Path DEVICE = Path.of(System.getProperty("saddlebag.lab.sg", "/dev/sg0"));
    private static final Path PARAMETERS = Path.of("/sys/bus/pseudo/drivers/scsi_debug");
    private static final long SG_SCSI_RESET = 0x2284;
    private static final int RESET_DEVICE = 1;
    /** SDEBUG_OPT_CMD_ABORT: a command is carried out, then its answer is withheld until the kernel aborts it. */
    private static final String ABORT = "0x10000";

    /** SDEBUG_OPT_TRANSPORT_ERR. */
    private static final String TRANSPORT_ERROR = "0x10";

    private static final String FAST_NANOSECONDS = "1000";

    private ScsiDebug() {}

    public static Path device() {
        return DEVICE;
    }

    /** The next commands of this operation end so, and are not carried out. */
    public static void answer(int times, int operation, int host, int status, int key, int asc, int ascq)
            throws IOException {
        rule("2 -%d 0x%x 0x%x 0 0x%x 0x%x 0x%x 0x%x".formatted(times, operation, host, status, key, asc, ascq));
    }

    /** The next commands of this operation are never answered, and are not carried out. */
    public static void swallow(int times, int operation) throws IOException {
        rule("0 -%d 0x%x".formatted(times, operation));
    }

    /** Every command from now on is carried out, and its answer lost: the kernel aborts it. */
    public static void loseAnswers() throws IOException {
        // only answers that come from a work queue are ever lost
        Files.writeString(PARAMETERS.resolve("delay"), "-1");
        Files.writeString(PARAMETERS.resolve("opts"), ABORT);
        Files.writeString(PARAMETERS.resolve("every_nth"), "1");
    }

    /** Every command from now on is carried out, and answered as if it had got lost on its way (0Bh/4Bh/03h). */
    public static void spoilAnswers() throws IOException {
        Files.writeString(PARAMETERS.resolve("opts"), TRANSPORT_ERROR);
        Files.writeString(PARAMETERS.resolve("every_nth"), "1");
    }

    /** Everything is as it should be again, also what did not strike. */
    public static void calm() throws IOException {
        Files.writeString(PARAMETERS.resolve("every_nth"), "0");
        Files.writeString(PARAMETERS.resolve("opts"), "0");
        Files.writeString(PARAMETERS.resolve("ndelay"), FAST_NANOSECONDS);
        for (String line : Files.readAllLines(errors())) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 2 && words[0].matches("[0-9]+")) {
                rule("- " + words[0] + " " + words[2]);
            }
        }
    }

    /** As an adapter or another host resets it: the simulated drive is rewound then. */
    public static void reset() throws IOException {
        SgCalls calls = SgCalls.load();
        byte[] path = (DEVICE + "\0").getBytes(StandardCharsets.US_ASCII);
        int fd = calls.open(path, SgCalls.O_RDWR | SgCalls.O_NONBLOCK | SgCalls.O_CLOEXEC, 0);
        try {
            calls.ioctl(fd, new NativeLong(SG_SCSI_RESET), new IntByReference(RESET_DEVICE));
        } finally {
            calls.close(fd);
        }
    }

    /** What the drive itself says, whoever uses it; takes no news away from them. */
    public static long stands() throws IOException {
        try (SgTransport own = SgTransport.open(DEVICE)) {
            ByteBuffer answer = ByteBuffer.allocate(ReportedPosition.SHORT_BYTES);
            ScsiReply reply = own.execute(TapeCommands.readPosition(answer));
            if (!reply.isGood()) {
                throw new IOException("READ POSITION: status " + reply.status());
            }
            return ReportedPosition.parseShort(answer.array()).block();
        }
    }

    private static void rule(String text) throws IOException {
        Files.writeString(errors(), text + "\n");
    }

    private static Path errors() throws IOException {
        Path unit = Path.of("/sys/class/scsi_generic", DEVICE.getFileName().toString(), "device");
        return Path.of(
                "/sys/kernel/debug/scsi_debug", unit.toRealPath().getFileName().toString(), "error");
    }
}
