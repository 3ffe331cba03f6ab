package io.saddlebag.scsi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which logical units a target has (REPORT LUNS, SPC-4, 6.33).
 *
 * @param numbers of units in peripheral or flat addressing (SAM-5, 4.7), 0 to 16383
 * @param others units with addresses of another kind: behind bridges, or well known ones
 */
public record UnitNumbers(SortedSet<Integer> numbers, int others) {
    /** A target lists no more of them here. */
    static final int MOST = 1024;

    private static final int HEADER = 8;
    private static final int EACH = 8;
    private static final int PERIPHERAL = 0;
    private static final int FLAT = 1;

    public UnitNumbers {
        numbers = new TreeSet<>(numbers);
    }

    /**
     * Asks a target through any of its units; unit 0 always answers, also where there is none.
     *
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static UnitNumbers of(ScsiTransport unit) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(HEADER + MOST * EACH);
        ScsiReply reply = unit.execute(PrimaryCommands.reportLuns(answer));
        // a unit attention that is no answer to this is told once; the next question is answered
        if (SenseData.of(reply).isUnitAttention()) {
            reply = unit.execute(PrimaryCommands.reportLuns(answer));
        }
        if (!reply.isGood()) {
            throw MalformedAnswers.of(
                    "REPORT LUNS", "status " + Integer.toHexString(reply.status()) + ", " + SenseData.of(reply));
        }
        byte[] bytes = new byte[Math.max(0, Math.min(answer.capacity(), reply.transferredBytes()))];
        answer.get(0, bytes);
        return parse(bytes);
    }

    /**
     * A list that was cut is read as far as it goes.
     *
     * @param answer as many bytes as the device delivered
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static UnitNumbers parse(byte[] answer) throws ScsiException {
        if (answer.length < HEADER) {
            throw MalformedAnswers.of("REPORT LUNS", answer.length + " bytes where " + HEADER + " are due");
        }
        long listed = Integer.toUnsignedLong(ByteBuffer.wrap(answer).getInt(0));
        int end = (int) Math.min(answer.length, HEADER + listed);
        SortedSet<Integer> numbers = new TreeSet<>();
        int others = 0;
        for (int at = HEADER; at + EACH <= end; at += EACH) {
            int method = (answer[at] & 0xff) >> 6;
            int number = (answer[at] & 0x3f) << 8 | (answer[at + 1] & 0xff);
            boolean further = ByteBuffer.wrap(answer).getInt(at + 2) != 0
                    || ByteBuffer.wrap(answer).getShort(at + 6) != 0;
            boolean onAnotherBus = method == PERIPHERAL && number > 0xff;
            if (further || onAnotherBus || (method != PERIPHERAL && method != FLAT)) {
                others++;
            } else {
                numbers.add(number);
            }
        }
        return new UnitNumbers(numbers, others);
    }
}
