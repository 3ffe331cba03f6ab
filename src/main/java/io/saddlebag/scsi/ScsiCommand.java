package io.saddlebag.scsi;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A command with the buffer that it fills or sends. Not copied: the buffer belongs to the transport until
 * {@link ScsiTransport#execute} returns, which leaves its position and limit as they were. Direct buffers are sent
 * without a copy.
 *
 * @param name in the standard's words, e.g. {@code WRITE(6)}: for messages
 * @param data null exactly with {@link Direction#NONE}; its remaining bytes are the transfer length
 * @param timeout after which the command's fate counts as unknown
 */
public record ScsiCommand(
        String name, Cdb cdb, Direction direction, @Nullable ByteBuffer data, Duration timeout) {
    /** Which way data goes, as the host sees it. */
    public enum Direction {
        NONE,
        /** From the device into the buffer. */
        IN,
        /** From the buffer to the device. */
        OUT
    }

    public ScsiCommand {
        if ((data == null) != (direction == Direction.NONE)) {
            throw new IllegalArgumentException(name + ": data goes " + direction + ", the buffer is " + data);
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(name + ": a time-out of " + timeout);
        }
    }

    /** Bytes that this command may transfer. */
    public int transferBytes() {
        return data == null ? 0 : data.remaining();
    }
}
