package io.saddlebag.media;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What all labels have in common: 80-byte records with names, in a fixed order (ANSI X3.27, ISO 1001). */
final class LabelRecords {
    /** Bytes in a record. */
    static final int LENGTH = 80;
    /** Who wrote it, and the version of docs/formats/tape-labels.md. */
    static final String SYSTEM = "SADDLEBAG   1";

    /** Columns 5 to 80 of a record that holds one text. */
    static final int TEXT_COLUMNS = 76;

    static final int FIRST_YEAR = 1970;
    static final int LAST_YEAR = 2999;
    static final int LARGEST_NUMBER = 999_999;

    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{" + LENGTH + "}");

    private LabelRecords() {}

    /**
     * Takes as many records as there are names.
     *
     * @throws LabelException when one has another length, other characters or another name, or when there are more
     */
    static List<LabelReader> named(List<byte[]> records, List<String> names) throws LabelException {
        List<LabelReader> readers = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (i >= records.size()) {
                throw i == 0
                        ? new LabelException(LabelFault.NOT_A_LABEL, "no record where " + names.get(0) + " should be")
                        : new LabelException(LabelFault.MISSING_RECORD, "the label ends before " + names.get(i));
            }
            readers.add(named(records.get(i), names, i));
        }
        if (records.size() > names.size()) {
            throw new LabelException(
                    LabelFault.EXTRA_RECORD, "the label has " + records.size() + " records, not " + names.size());
        }
        return readers;
    }

    /** Looks at the first record only. */
    static LabelReader first(List<byte[]> records, List<String> names) throws LabelException {
        return named(records.subList(0, Math.min(1, records.size())), names.subList(0, 1))
                .get(0);
    }

    private static LabelReader named(byte[] record, List<String> names, int i) throws LabelException {
        if (record.length != LENGTH) {
            LabelFault fault = i == 0 ? LabelFault.NOT_A_LABEL : LabelFault.WRONG_LENGTH;
            throw new LabelException(
                    fault,
                    "a record of " + record.length + " bytes where " + names.get(i) + " should be; label records have "
                            + LENGTH);
        }
        String text = new String(record, StandardCharsets.ISO_8859_1);
        if (!text.startsWith(names.get(i))) {
            boolean another = names.contains(text.substring(0, 4));
            LabelFault fault = i > 0 || another ? LabelFault.MISSING_RECORD : LabelFault.NOT_A_LABEL;
            throw new LabelException(fault, "no record " + names.get(i) + " where it should be");
        }
        if (!PRINTABLE.matcher(text).matches()) {
            throw new LabelException(
                    LabelFault.BAD_TEXT,
                    "label record " + names.get(i) + " has characters that are not printable ASCII");
        }
        return new LabelReader(record);
    }

    static void requireSystem(LabelReader record, int from) throws LabelException {
        String system = record.raw(from, from + SYSTEM.length() - 1);
        if (system.equals(SYSTEM)) {
            return;
        }
        if (system.startsWith("SADDLEBAG")) {
            throw new LabelException(
                    LabelFault.NEWER_VERSION,
                    "the label is of version '" + system.substring(9).strip() + "', this program reads 1");
        }
        throw new LabelException(LabelFault.OTHER_SYSTEM, "the label was made by '" + system.strip() + "'");
    }

    /** A label is what its fields say, and nothing besides. */
    static void requireSame(List<byte[]> given, List<byte[]> derived) throws LabelException {
        for (int i = 0; i < given.size(); i++) {
            int at = Arrays.mismatch(given.get(i), derived.get(i));
            if (at >= 0) {
                String name = new String(given.get(i), 0, 4, StandardCharsets.ISO_8859_1);
                throw new LabelException(
                        LabelFault.NOT_CANONICAL,
                        "label record " + name + " has an unexpected character in column " + (at + 1));
            }
        }
    }

    static void requireNumber(String what, int value) {
        if (value < 1 || value > LARGEST_NUMBER) {
            throw new IllegalArgumentException(what + " is 1 to " + LARGEST_NUMBER + ", not " + value);
        }
    }

    /** Labels know seconds. */
    static Instant seconds(Instant time) {
        int year = time.atZone(ZoneOffset.UTC).getYear();
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            throw new IllegalArgumentException(
                    "a label's time lies in the years " + FIRST_YEAR + " to " + LAST_YEAR + ", not in " + year);
        }
        return Instant.ofEpochSecond(time.getEpochSecond());
    }
}
