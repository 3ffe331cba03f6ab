package io.saddlebag.librarian;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the librarian was asked, and what came of it, for whoever looks for a fault in what a database's tool does (M26). Nothing that is
 * traced ever fails because of it. Thread-safe: each line is handed on as a whole.
 */
public final class PieceTrace implements Closeable {
    /** Traces nothing. */
    public static final PieceTrace NONE =
            new PieceTrace(Level.ERRORS, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Lines.NOWHERE);

    private static final int BUFFER_BYTES = 32;
    private static final HexFormat HEX = HexFormat.of();

    private final Level level;
    private final Clock clock;
    private final Lines lines;

    /** How much is traced; each level has what those before it have. */
    public enum Level {
        /** Errors. */
        ERRORS,
        /** Entry and exit of each call. */
        CALLS,
        /** All parameters, and the first 32 bytes of each buffer. */
        BUFFERS;

        /**
         * By its number, as RMU has it.
         *
         * @throws IllegalArgumentException unless it is 0, 1 or 2
         */
        public static Level parse(String number) {
            return switch (number.strip()) {
                case "0" -> ERRORS;
                case "1" -> CALLS;
                case "2" -> BUFFERS;
                default ->
                    throw new IllegalArgumentException(
                            "'" + number + "' is not a level of tracing; valid are 0 (errors),"
                                    + " 1 (entry and exit) and 2 (parameters and beginnings of buffers)");
            };
        }
    }

    /** Where lines go. */
    public interface Lines extends Closeable {
        /** Nowhere. */
        Lines NOWHERE = new Lines() {
            @Override
            public void line(String text) {
                // nobody reads it
            }

            @Override
            public void close() {
                // nothing is open
            }
        };

        /** Takes one whole line; keeps failures to itself. */
        void line(String text);

        @Override
        void close() throws IOException;
    }

    /** @param clock for the time at the beginning of each line */
    public PieceTrace(Level level, Clock clock, Lines lines) {
        this.level = level;
        this.clock = clock;
        this.lines = lines;
    }

    void entry(String call, Map<String, String> parameters) {
        if (level == Level.BUFFERS) {
            StringBuilder all = new StringBuilder();
            new TreeMap<>(parameters)
                    .forEach((name, value) ->
                            all.append(' ').append(name).append('=').append(value));
            line("entry " + call + all);
        } else if (level == Level.CALLS) {
            line("entry " + call);
        }
    }

    void exit(String call, String outcome) {
        if (level != Level.ERRORS) {
            line("exit " + call + ": " + outcome);
        }
    }

    void buffer(String call, byte[] buffer, int offset, int length) {
        if (level == Level.BUFFERS) {
            line("buffer " + call + " " + length + " bytes: "
                    + HEX.formatHex(buffer, offset, offset + Math.min(length, BUFFER_BYTES)));
        }
    }

    void error(String call, Throwable failure) {
        line("error " + call + ": " + failure);
    }

    private void line(String text) {
        StringBuilder whole = new StringBuilder();
        // neither lines nor commands of a terminal can be forged
        text.chars().forEach(c -> whole.append(Character.isISOControl(c) ? ' ' : (char) c));
        lines.line(clock.instant() + " " + whole);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
