package io.saddlebag.scsi;

/** The words for an answer that makes no sense. */
final class MalformedAnswers {
    private MalformedAnswers() {}

    static ScsiException of(String command, String what) {
        return new ScsiException(
                ScsiFault.MALFORMED_ANSWER,
                "the answer to " + command + " makes no sense: " + what,
                "Update the device's firmware, or report the device's make and this message.");
    }
}
