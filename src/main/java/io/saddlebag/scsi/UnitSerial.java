package io.saddlebag.scsi;

import io.saddlebag.scsi.ScsiCommand.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A device's serial number (VPD page 80h, SPC-4, 7.8.16): who it is, whichever way leads to it. */
public final class UnitSerial {
    private static final int PAGE = 0x80;
    private static final int HEADER = 4;
    private static final int ROOM = 0xff;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private UnitSerial() {}

    /**
     * Asks the device; INQUIRY disturbs nobody and clears no unit attention.
     *
     * @return without padding; empty when the device tells none
     */
    public static Optional<String> of(ScsiTransport device) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(ROOM);
        ScsiReply reply = device.execute(
                new ScsiCommand("INQUIRY", Cdb.of(0x12, 1, PAGE, 0, ROOM, 0), Direction.IN, answer, TIMEOUT));
        if (!reply.isGood() && !wasRecovered(reply)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[Math.max(0, Math.min(ROOM, reply.transferredBytes()))];
        answer.duplicate().get(bytes);
        return parse(bytes);
    }

    /** Also a drive that takes the opportunity to ask for cleaning. */
    private static boolean wasRecovered(ScsiReply reply) {
        return reply.status() == ScsiReply.CHECK_CONDITION
                && reply.sense().length > 0
                && SenseData.of(reply).isNoError();
    }

    static Optional<String> parse(byte[] answer) {
        if (answer.length < HEADER || (answer[1] & 0xff) != PAGE) {
            return Optional.empty();
        }
        int length = Math.min(answer[3] & 0xff, answer.length - HEADER);
        String text = new String(answer, HEADER, length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        String serial = (end < 0 ? text : text.substring(0, end)).strip();
        return serial.isEmpty() ? Optional.empty() : Optional.of(serial);
    }
}
