package io.saddlebag.recovery;

import java.util.Locale;

/**
 * A place in journals that are numbered files, such as binary logs, of one incarnation. As a {@link LogPosition} the number is the upper half.
 *
 * @param journal its number, less than 2^31
 * @param bytes from its beginning, less than 2^32; everything before it counts
 */
public record JournalOffset(long journal, long bytes) {
    private static final long MOST_JOURNALS = 1L << 31;
    private static final long MOST_BYTES = 0xffff_ffffL;

    public JournalOffset {
        if (journal < 0 || journal >= MOST_JOURNALS || bytes < 0 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "there is no byte %d of a journal %d", bytes, journal));
        }
    }

    public static JournalOffset of(LogPosition position) {
        return new JournalOffset(position.value() >>> Integer.SIZE, position.value() & MOST_BYTES);
    }

    /**
     * From {@code journal.000043}, {@code 43} or, for a place within it, {@code journal.000043:880}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    public static RecoveryTarget target(String text) {
        int colon = text.lastIndexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        try {
            long journal = Long.parseLong(name.substring(name.lastIndexOf('.') + 1));
            return colon < 0
                    ? new RecoveryTarget.Sequence(journal)
                    : new RecoveryTarget.Position(
                            new JournalOffset(journal, Long.parseLong(text.substring(colon + 1))).position());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not a place in numbered journals; valid is 43, journal.000043, or journal.000043:880",
                    e);
        }
    }

    public LogPosition position() {
        return LogPosition.lsn((journal << Integer.SIZE) | bytes);
    }

    @Override
    public String toString() {
        return "byte " + bytes + " of journal " + journal;
    }
}
