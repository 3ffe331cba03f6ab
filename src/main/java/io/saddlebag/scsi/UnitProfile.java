package io.saddlebag.scsi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Who a logical unit is. Asking disturbs nobody: INQUIRY needs no medium and takes no unit attention (SPC-4, 6.4.1).
 *
 * @param serial without padding; empty when it tells none
 */
public record UnitProfile(Inquiry inquiry, Optional<String> serial) {
    /**
     * @return empty when there is no unit
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static Optional<UnitProfile> of(ScsiTransport unit) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(Inquiry.BYTES);
        ScsiReply reply = unit.execute(PrimaryCommands.inquiry(answer));
        if (!reply.isGood()) {
            throw MalformedAnswers.of(
                    "INQUIRY", "status " + Integer.toHexString(reply.status()) + ", " + SenseData.of(reply));
        }
        byte[] bytes = new byte[Math.max(0, Math.min(Inquiry.BYTES, reply.transferredBytes()))];
        answer.get(0, bytes);
        if (bytes.length > 0 && (bytes[0] & 0xff) == Inquiry.NO_UNIT) {
            return Optional.empty();
        }
        return Optional.of(new UnitProfile(Inquiry.parse(bytes), UnitSerial.of(unit)));
    }
}
