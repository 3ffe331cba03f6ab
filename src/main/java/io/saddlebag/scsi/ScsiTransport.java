package io.saddlebag.scsi;

import java.io.Closeable;
import java.io.IOException;

/**
 * One way to one logical unit (M3, M18).
 *
 * <p><b>Contract of every implementation</b>, held by one contract test:
 * <ul>
 *   <li>A command is sent once. Nothing is retried, queued again or logged in again behind the caller's back: a WRITE
 *       that is sent twice writes two blocks.
 *   <li>A reply is what the device said, CHECK CONDITION included; sense data is not interpreted here.
 *   <li>Whatever leaves it open whether the device carried the command out (time-out, lost connection, host adapter
 *       error, reset) throws {@link ScsiException}; the caller then asks the device where it stands.
 *   <li>Thread-safe: calls wait for each other.
 * </ul>
 */
public interface ScsiTransport extends Closeable {
    /** For people, e.g. {@code /dev/sg3} or {@code iscsi://host/target/1}; without secrets. */
    String name();

    /** Bytes that one command can transfer at most; what the device itself takes may be less. */
    int longestTransferBytes();

    /**
     * Sends one command and waits for its end.
     *
     * @throws IllegalArgumentException when the command's data is longer than {@link #longestTransferBytes()}
     * @throws ScsiException {@link ScsiFault#TIMED_OUT}, {@link ScsiFault#CONNECTION_LOST}: the command's fate is
     *     unknown; {@link ScsiFault#NO_DEVICE}, {@link ScsiFault#NOT_ALLOWED}, {@link ScsiFault#IN_USE}: it was never
     *     sent
     */
    ScsiReply execute(ScsiCommand command) throws IOException;
}
