package io.saddlebag.scsi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to READ ELEMENT STATUS (SMC-3, 6.11). Descriptors are found by the length that each page tells, since devices
 * append fields of their own. Some devices lose the end of a report: what is missing of the last descriptor is then
 * unknown, and the rest is as good as ever.
 *
 * @param elements in the device's order
 * @param claimedBytes of the whole answer, header included, as the device tells: ask again with so much room when it
 *     didn't fit
 */
public record ElementStatusReport(List<ElementDescriptor> elements, long claimedBytes) {
    /** A changer has no more elements than addresses. */
    static final int MOST_ELEMENTS = 0x10000;

    private static final int HEADER = 8;
    private static final int PAGE_HEADER = 8;
    private static final int TAG_BYTES = 36;
    private static final int TAG_TEXT = 32;
    private static final int FIXED = 12;
    /** Address and flags: with less, nothing is known of the element. */
    private static final int LEAST = 3;

    public ElementStatusReport {
        elements = List.copyOf(elements);
    }

    /**
     * @param answer as many bytes as the device delivered
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER} when it can't be an element status report
     */
    public static ElementStatusReport parse(byte[] answer) throws ScsiException {
        if (answer.length < HEADER) {
            throw malformed(answer.length + " bytes, which is less than its header");
        }
        long claimed = HEADER + (long) be24(answer, 5);
        int end = (int) Math.min(answer.length, claimed);
        List<ElementDescriptor> elements = new ArrayList<>();
        int page = HEADER;
        while (page + PAGE_HEADER <= end) {
            page = page(answer, page, end, elements);
        }
        return new ElementStatusReport(elements, claimed);
    }

    public Optional<ElementDescriptor> at(int address) {
        return elements.stream().filter(e -> e.address() == address).findFirst();
    }

    /** Reads a page; where the next one begins. */
    private static int page(byte[] answer, int page, int end, List<ElementDescriptor> elements) throws ScsiException {
        Optional<ElementType> type = ElementType.of(answer[page] & 0xff);
        int flags = answer[page + 1] & 0xff;
        int length = be16(answer, page + 2);
        int bytes = be24(answer, page + 5);
        int first = page + PAGE_HEADER;
        int next = (int) Math.min(end, (long) first + bytes);
        if (bytes > 0 && length < FIXED) {
            throw malformed("descriptors of " + length + " bytes");
        }
        for (int at = first; type.isPresent() && at + LEAST <= next; at += length) {
            if (elements.size() == MOST_ELEMENTS) {
                throw malformed("more elements than there are addresses");
            }
            elements.add(new Fields(answer, at, Math.min(next, at + length)).descriptor(type.get(), flags));
        }
        return next;
    }

    /** The bytes of one descriptor, of which the device may have kept back the last. */
    private static final class Fields {
        private final byte[] answer;
        private final int at;
        private final int end;

        Fields(byte[] answer, int at, int end) {
            this.answer = answer;
            this.at = at;
            this.end = end;
        }

        ElementDescriptor descriptor(ElementType type, int pageFlags) {
            boolean primaryTag = (pageFlags & 0x80) != 0;
            boolean alternateTag = (pageFlags & 0x40) != 0;
            int behindTags = FIXED + (primaryTag ? TAG_BYTES : 0) + (alternateTag ? TAG_BYTES : 0);
            int flags = byteAt(2);
            boolean sourceValid = (byteAt(9) & 0x80) != 0 && has(FIXED);
            return new ElementDescriptor(
                    type,
                    be16(answer, at),
                    (flags & 0x01) != 0,
                    (flags & 0x04) != 0,
                    (flags & 0x08) != 0,
                    type == ElementType.IMPORT_EXPORT && (flags & 0x02) != 0,
                    byteAt(4),
                    byteAt(5),
                    sourceValid ? be16(answer, at + 10) : null,
                    primaryTag ? tag() : null,
                    device(behindTags));
        }

        private @Nullable String tag() {
            if (!has(FIXED + TAG_TEXT)) {
                return null;
            }
            String text = new String(answer, at + FIXED, TAG_TEXT, StandardCharsets.ISO_8859_1);
            int end = text.indexOf('\0');
            String tag = (end < 0 ? text : text.substring(0, end)).strip();
            return tag.isEmpty() ? null : tag;
        }

        private @Nullable ElementDevice device(int offset) {
            if (!has(offset + 4)) {
                return null;
            }
            int claimed = byteAt(offset + 3);
            int from = at + offset + 4;
            int bytes = Math.min(claimed, end - from);
            if (claimed == 0 || bytes <= 0) {
                return null;
            }
            byte[] identifier = new byte[bytes];
            System.arraycopy(answer, from, identifier, 0, bytes);
            return ElementDevice.parse(byteAt(offset) & 0x0f, byteAt(offset + 1) & 0x0f, identifier);
        }

        private boolean has(int bytes) {
            return at + bytes <= end;
        }

        /** 0 when it was cut off. */
        private int byteAt(int offset) {
            return has(offset + 1) ? answer[at + offset] & 0xff : 0;
        }
    }

    private static ScsiException malformed(String what) {
        return MalformedAnswers.of("READ ELEMENT STATUS", what);
    }

    private static int be16(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | (from[at + 1] & 0xff);
    }

    private static int be24(byte[] from, int at) {
        return (from[at] & 0xff) << 16 | be16(from, at + 1);
    }
}
