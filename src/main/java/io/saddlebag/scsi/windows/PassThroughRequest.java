package io.saddlebag.scsi.windows;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One {@code SCSI_PASS_THROUGH_DIRECT} of a 64-bit machine (ntddscsi.h), 56 bytes, with its sense data behind it; reused from
 * command to command.
 */
final class PassThroughRequest {
    static final int STRUCTURE_BYTES = 56;
    static final int SENSE_AT = STRUCTURE_BYTES;
    /** The field for it has one byte; what SPC-4, 4.5 allows is 252. */
    static final int LONGEST_SENSE = 252;

    static final int BYTES = SENSE_AT + LONGEST_SENSE;

    private static final int LENGTH_AT = 0;
    private static final int STATUS_AT = 2;
    private static final int COMMAND_LENGTH_AT = 6;
    private static final int SENSE_LENGTH_AT = 7;
    private static final int DIRECTION_AT = 8;
    private static final int TRANSFER_LENGTH_AT = 12;
    private static final int TIMEOUT_AT = 16;
    private static final int BUFFER_AT = 24;
    private static final int SENSE_OFFSET_AT = 32;
    private static final int COMMAND_AT = 36;

    private static final byte DATA_OUT = 0;
    private static final byte DATA_IN = 1;
    private static final byte NO_DATA = 2;

    private final Memory memory = new Memory(BYTES);

    Pointer encode(ScsiCommand command, @Nullable Pointer data) {
        byte[] cdb = command.cdb().toBytes();
        memory.clear();
        memory.setShort(LENGTH_AT, (short) STRUCTURE_BYTES);
        memory.setByte(COMMAND_LENGTH_AT, (byte) cdb.length);
        memory.setByte(SENSE_LENGTH_AT, (byte) LONGEST_SENSE);
        memory.setByte(DIRECTION_AT, direction(command));
        memory.setInt(TRANSFER_LENGTH_AT, command.transferBytes());
        memory.setInt(TIMEOUT_AT, seconds(command.timeout()));
        memory.setPointer(BUFFER_AT, data);
        memory.setInt(SENSE_OFFSET_AT, SENSE_AT);
        memory.write(COMMAND_AT, cdb, 0, cdb.length);
        return memory;
    }

    /** After the system filled it in. */
    ScsiReply decode(ScsiCommand command) {
        int status = memory.getByte(STATUS_AT) & 0xff;
        int transferred = Math.max(0, Math.min(command.transferBytes(), memory.getInt(TRANSFER_LENGTH_AT)));
        int senseBytes = Math.min(memory.getByte(SENSE_LENGTH_AT) & 0xff, LONGEST_SENSE);
        byte[] sense = status == ScsiReply.CHECK_CONDITION ? memory.getByteArray(SENSE_AT, senseBytes) : new byte[0];
        return ScsiReply.of(status, transferred, sense);
    }

    private static byte direction(ScsiCommand command) {
        if (command.transferBytes() == 0) {
            return NO_DATA;
        }
        return command.direction() == ScsiCommand.Direction.IN ? DATA_IN : DATA_OUT;
    }

    /** Rounded up: a command must not be ended before its time. */
    private static int seconds(Duration timeout) {
        long seconds = timeout.plusNanos(999_999_999).toSeconds();
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, seconds));
    }
}
