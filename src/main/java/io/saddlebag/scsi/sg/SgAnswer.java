package io.saddlebag.scsi.sg;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import java.util.Arrays;
import java.util.Map;

/**
 * What the kernel filled in. Host, driver and device are asked in that order: when the host adapter failed, the rest
 * says nothing.
 *
 * @param residual bytes of the transfer that were not used; some adapters count below zero
 */
@SuppressWarnings("ArrayRecordComponent")
record SgAnswer(int hostStatus, int driverStatus, int status, int residual, byte[] sense) {
    private static final int DID_OK = 0x00;
    private static final int DID_TIME_OUT = 0x03;
    private static final int DRIVER_TIMEOUT = 0x06;
    private static final int DRIVER_SENSE = 0x08;

    /** How the kernel classes an answer that did come (DID_TARGET_FAILURE, DID_NEXUS_FAILURE, DID_MEDIUM_ERROR). */
    private static final java.util.Set<Integer> ANSWERED = java.util.Set.of(0x10, 0x11, 0x13);

    private static final Map<Integer, String> HOST_WORDS = Map.ofEntries(
            Map.entry(0x01, "no connection"),
            Map.entry(0x02, "bus busy"),
            Map.entry(0x04, "bad target"),
            Map.entry(0x05, "aborted"),
            Map.entry(0x06, "parity error"),
            Map.entry(0x07, "adapter error"),
            Map.entry(0x08, "bus reset"),
            Map.entry(0x09, "unexpected interrupt"),
            Map.entry(0x0b, "adapter error"),
            Map.entry(0x0d, "requeued"),
            Map.entry(0x0e, "transport disrupted"),
            Map.entry(0x0f, "transport failed"),
            Map.entry(0x12, "out of space in the adapter"));

    /** @throws ScsiException when it is no answer of the device */
    ScsiReply reply(String device, ScsiCommand command) throws ScsiException {
        boolean answered = status != ScsiReply.GOOD && ANSWERED.contains(hostStatus);
        if (hostStatus == DID_TIME_OUT || (driverStatus & 0x0f) == DRIVER_TIMEOUT) {
            throw timedOut(device, command);
        }
        if (hostStatus != DID_OK && !answered) {
            String word = HOST_WORDS.getOrDefault(hostStatus, "unknown");
            throw lost(device, command, "host adapter status 0x%02x (%s)".formatted(hostStatus, word));
        }
        int driver = driverStatus & 0x0f;
        if (driver != 0 && driver != DRIVER_SENSE) {
            throw lost(device, command, "driver status 0x%02x".formatted(driverStatus));
        }
        int bytes = command.transferBytes();
        int transferred = (int) Math.max(0, Math.min(bytes, (long) bytes - residual));
        // some kernels report sense data under a good status: what it says counts
        boolean check = status == ScsiReply.CHECK_CONDITION || (status == ScsiReply.GOOD && sense.length > 0);
        return check
                ? ScsiReply.of(ScsiReply.CHECK_CONDITION, transferred, sense)
                : ScsiReply.of(status, transferred, new byte[0]);
    }

    private static ScsiException timedOut(String device, ScsiCommand command) {
        return new ScsiException(
                ScsiFault.TIMED_OUT,
                command.name() + " at " + device + " had no answer within "
                        + command.timeout().toMillis() / 1000.0 + " s",
                "Look at the drive and its cable, then repeat the job.");
    }

    static ScsiException lost(String device, ScsiCommand command, String why) {
        return new ScsiException(
                ScsiFault.CONNECTION_LOST,
                command.name() + " at " + device + " failed on its way: " + why,
                "Look at cable, adapter and the kernel's log, then repeat the job.");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SgAnswer a
                && hostStatus == a.hostStatus
                && driverStatus == a.driverStatus
                && status == a.status
                && residual == a.residual
                && Arrays.equals(sense, a.sense);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sense) + 31 * status;
    }
}
