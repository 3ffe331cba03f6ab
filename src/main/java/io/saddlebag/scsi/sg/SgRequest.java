package io.saddlebag.scsi.sg;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.saddlebag.scsi.ScsiCommand;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One {@code struct sg_io_hdr} (version 3, 88 bytes on 64-bit machines) with room behind it for the command and its sense
 * data; reused from command to command.
 */
final class SgRequest {
    static final int HEADER_BYTES = 88;
    static final int COMMAND_AT = HEADER_BYTES;
    static final int SENSE_AT = COMMAND_AT + 16;
    /** What SPC-4, 4.5 allows at most. */
    static final int LONGEST_SENSE = 252;

    private static final int INTERFACE_AT = 0;
    private static final int DIRECTION_AT = 4;
    private static final int COMMAND_LENGTH_AT = 8;
    private static final int LONGEST_SENSE_AT = 9;
    private static final int TRANSFER_LENGTH_AT = 12;
    private static final int TRANSFER_AT = 16;
    private static final int COMMAND_POINTER_AT = 24;
    private static final int SENSE_POINTER_AT = 32;
    private static final int TIMEOUT_AT = 40;
    private static final int STATUS_AT = 64;
    private static final int SENSE_LENGTH_AT = 67;
    private static final int HOST_STATUS_AT = 68;
    private static final int DRIVER_STATUS_AT = 70;
    private static final int RESIDUAL_AT = 72;

    private static final int NO_TRANSFER = -1;
    private static final int TO_DEVICE = -2;
    private static final int FROM_DEVICE = -3;

    private final Memory memory = new Memory(SENSE_AT + LONGEST_SENSE);

    /** @param data of the command's transfer length, null when that is 0 */
    Pointer encode(ScsiCommand command, @Nullable Pointer data) {
        byte[] cdb = command.cdb().toBytes();
        memory.clear();
        memory.setInt(INTERFACE_AT, 'S');
        memory.setInt(DIRECTION_AT, direction(command));
        memory.setByte(COMMAND_LENGTH_AT, (byte) cdb.length);
        memory.setByte(LONGEST_SENSE_AT, (byte) LONGEST_SENSE);
        memory.setInt(TRANSFER_LENGTH_AT, command.transferBytes());
        memory.setPointer(TRANSFER_AT, data);
        memory.setPointer(COMMAND_POINTER_AT, memory.share(COMMAND_AT));
        memory.setPointer(SENSE_POINTER_AT, memory.share(SENSE_AT));
        memory.setInt(TIMEOUT_AT, millis(command.timeout()));
        memory.write(COMMAND_AT, cdb, 0, cdb.length);
        return memory;
    }

    /** After the kernel filled it in. */
    SgAnswer decode() {
        int senseBytes = Math.min(memory.getByte(SENSE_LENGTH_AT) & 0xff, LONGEST_SENSE);
        return new SgAnswer(
                memory.getShort(HOST_STATUS_AT) & 0xffff,
                memory.getShort(DRIVER_STATUS_AT) & 0xffff,
                memory.getByte(STATUS_AT) & 0xff,
                memory.getInt(RESIDUAL_AT),
                memory.getByteArray(SENSE_AT, senseBytes));
    }

    private static int direction(ScsiCommand command) {
        if (command.transferBytes() == 0) {
            return NO_TRANSFER;
        }
        return command.direction() == ScsiCommand.Direction.IN ? FROM_DEVICE : TO_DEVICE;
    }

    /** At least one: the kernel takes 0 for a minute. At most what its own arithmetic bears. */
    private static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }
}
