package io.saddlebag.scsi;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a changer's elements begin and how many there are: element address assignment, mode page 1Dh (SMC-3, 7.3.4). No
 * order and no base are common to all changers.
 */
public record ElementAddresses(
        ElementRange transports, ElementRange storage, ElementRange importExport, ElementRange drives) {
    public static final int PAGE = 0x1d;

    private static final int PAGE_BYTES = 18;
    private static final int HEADER_6 = 4;
    private static final int HEADER_10 = 8;

    /**
     * Reads the answer to {@link ChangerCommands#modeSense6}.
     *
     * @param answer as many bytes as the device delivered
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static ElementAddresses parse6(byte[] answer) throws ScsiException {
        requireBytes(answer, HEADER_6);
        return parse(answer, HEADER_6 + (answer[3] & 0xff));
    }

    /** As {@link #parse6}, the answer to {@link ChangerCommands#modeSense10}. */
    public static ElementAddresses parse10(byte[] answer) throws ScsiException {
        requireBytes(answer, HEADER_10);
        return parse(answer, HEADER_10 + be16(answer, 6));
    }

    /** The range of one type. */
    public ElementRange of(ElementType type) {
        return switch (type) {
            case MEDIUM_TRANSPORT -> transports;
            case STORAGE -> storage;
            case IMPORT_EXPORT -> importExport;
            case DATA_TRANSFER -> drives;
        };
    }

    private static ElementAddresses parse(byte[] answer, int pageAt) throws ScsiException {
        requireBytes(answer, pageAt + PAGE_BYTES);
        int page = answer[pageAt] & 0x3f;
        int length = answer[pageAt + 1] & 0xff;
        if (page != PAGE || length < PAGE_BYTES - 2) {
            throw MalformedAnswers.of(
                    "MODE SENSE", "page " + Integer.toHexString(page) + " of " + length + " bytes, not page 1d");
        }
        // in the order of the type codes
        List<ElementRange> ranges = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            int at = pageAt + 2 + 4 * (type.code() - 1);
            int first = be16(answer, at);
            int count = be16(answer, at + 2);
            if (first + count > 0x10000) {
                throw MalformedAnswers.of("MODE SENSE", count + " elements from address " + first + " on");
            }
            ElementRange range = new ElementRange(first, count);
            for (ElementRange other : ranges) {
                requireApart(range, other);
            }
            ranges.add(range);
        }
        return new ElementAddresses(ranges.get(0), ranges.get(1), ranges.get(2), ranges.get(3));
    }

    private static void requireApart(ElementRange range, ElementRange other) throws ScsiException {
        boolean overlap = range.count() > 0
                && other.count() > 0
                && range.first() < other.first() + other.count()
                && other.first() < range.first() + range.count();
        if (overlap) {
            throw MalformedAnswers.of(
                    "MODE SENSE", "elements of two types have the same addresses, " + range + " and " + other);
        }
    }

    private static void requireBytes(byte[] answer, int bytes) throws ScsiException {
        if (answer.length < bytes) {
            throw MalformedAnswers.of("MODE SENSE", answer.length + " bytes where " + bytes + " are due");
        }
    }

    private static int be16(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | (from[at + 1] & 0xff);
    }
}
