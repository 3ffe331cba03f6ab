package io.saddlebag.recovery;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Up to where what is restored may reach (R3). */
public sealed interface Until {
    /** No bound. */
    Until NOW = new Now();

    /** The newest there is. */
    record Now() implements Until {
        @Override
        public String toString() {
            return "now";
        }
    }

    /** A state of that instant or earlier. */
    record Time(Instant instant) implements Until {
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /** A state that needs nothing of the journals behind that place. */
    record Position(LogPosition position) implements Until {
        @Override
        public String toString() {
            return (position.form() == LogPosition.Form.LSN ? "lsn:" : "scn:") + position;
        }
    }

    /**
     * A state that needs no journal of a higher number.
     *
     * @param number of a journal, at least 0
     */
    record Sequence(long number) implements Until {
        private static final String PREFIX = "sequence:";

        public Sequence {
            if (number < 0) {
                throw new IllegalArgumentException("no journal has number " + number);
            }
        }

        @Override
        public String toString() {
            return PREFIX + number;
        }
    }

    /**
     * Reads what people write: an instant, {@code lsn:16/B374D848}, {@code scn:1500}, {@code sequence:17}.
     *
     * @throws IllegalArgumentException saying what would be valid
     */
    static Until parse(String text) {
        String wanted = text.strip();
        try {
            if (wanted.startsWith("lsn:") || wanted.startsWith("scn:")) {
                LogPosition position = LogPosition.parse(wanted.substring(4));
                if (wanted.startsWith("lsn:") == (position.form() == LogPosition.Form.LSN)) {
                    return new Position(position);
                }
            } else if (wanted.startsWith(Sequence.PREFIX)) {
                return new Sequence(Long.parseLong(wanted.substring(Sequence.PREFIX.length())));
            } else if (wanted.equals("now")) {
                return NOW;
            } else {
                return new Time(Instant.parse(wanted));
            }
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw invalid(text, e);
        }
        throw invalid(text, null);
    }

    private static IllegalArgumentException invalid(String text, @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + text + "' is no point to restore to; valid is a time such as 2026-01-31T12:00:00Z,"
                        + " lsn:16/B374D848, scn:1500 or sequence:17",
                cause);
    }
}
