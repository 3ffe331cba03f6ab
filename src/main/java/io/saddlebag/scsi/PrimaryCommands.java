package io.saddlebag.scsi;

import io.saddlebag.scsi.ScsiCommand.Direction;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Commands that every device has (SPC-4, 6). */
public final class PrimaryCommands {
    /** For commands that move nothing. */
    public static final Duration SHORT = Duration.ofMinutes(1);

    private PrimaryCommands() {}

    public static ScsiCommand testUnitReady() {
        return new ScsiCommand("TEST UNIT READY", Cdb.of(0x00, 0, 0, 0, 0, 0), Direction.NONE, null, SHORT);
    }

    /** @param answer its remaining bytes are the allocation length, at most 65,535 */
    public static ScsiCommand inquiry(ByteBuffer answer) {
        int room = answer.remaining();
        return new ScsiCommand("INQUIRY", Cdb.of(0x12, 0, 0, room >> 8, room & 0xff, 0), Direction.IN, answer, SHORT);
    }

    /** All units of the target that the addressed one belongs to (SPC-4, 6.33); the answer is {@link UnitNumbers}. */
    public static ScsiCommand reportLuns(ByteBuffer answer) {
        int room = answer.remaining();
        return new ScsiCommand(
                "REPORT LUNS",
                Cdb.of(0xa0, 0, 0, 0, 0, 0, room >>> 24, room >> 16 & 0xff, room >> 8 & 0xff, room & 0xff, 0, 0),
                Direction.IN,
                answer,
                SHORT);
    }

    /** Cumulative values of a log page (SPC-4, 6.6). */
    public static ScsiCommand logSense(int page, ByteBuffer answer) {
        int room = answer.remaining();
        return new ScsiCommand(
                "LOG SENSE page " + Integer.toHexString(page),
                Cdb.of(0x4d, 0, 0x40 | page, 0, 0, 0, 0, room >> 8, room & 0xff, 0),
                Direction.IN,
                answer,
                SHORT);
    }
}
