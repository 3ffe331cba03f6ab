package io.saddlebag.job.file;

import io.saddlebag.job.Transcript;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One open transcript. Each call to {@link #line} is one write, so that lines of two threads never mix. */
final class FileTranscript implements Transcript {
    /** Characters of a text; what is longer is cut, and says so. */
    static final int LONGEST_TEXT = 32 * 1024;

    /** Begins what follows a break within a text: no time stamp begins with a blank. */
    private static final String CONTINUED = " ".repeat(25);

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Path path;
    private final FileOutputStream out;
    private final Clock clock;
    private boolean torn;

    /** @param torn whether the file's last line lacks its end */
    FileTranscript(Path path, FileOutputStream out, Clock clock, boolean torn) {
        this.path = path;
        this.out = out;
        this.clock = clock;
        this.torn = torn;
    }

    @Override
    public synchronized void line(String text) throws IOException {
        String whole = (torn ? "\n" : "") + STAMP.format(clock.instant()) + ' ' + harmless(text) + '\n';
        // until it is known to be written
        torn = true;
        try {
            out.write(whole.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw FileTranscripts.unwritable(path, e);
        }
        torn = false;
    }

    @Override
    public synchronized void sync() throws IOException {
        try {
            out.getFD().sync();
        } catch (IOException e) {
            throw FileTranscripts.unwritable(path, e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (out.getFD().valid()) {
            try (out) {
                sync();
            }
        }
    }

    /** Breaks are indented, other control characters spelt out: neither lines nor terminal commands can be forged. */
    private static String harmless(String text) {
        String cut = text.length() <= LONGEST_TEXT
                ? text
                : text.substring(0, LONGEST_TEXT) + "... (" + (text.length() - LONGEST_TEXT) + " characters more)";
        StringBuilder line = new StringBuilder(cut.length() + 16);
        cut.lines().forEach(part -> {
            if (line.length() > 0) {
                line.append('\n').append(CONTINUED);
            }
            part.chars().forEach(c -> append(line, (char) c));
        });
        return line.toString();
    }

    private static void append(StringBuilder line, char c) {
        boolean breaksElsewhere = c == '\u2028' || c == '\u2029';
        if ((Character.isISOControl(c) && c != '\t') || breaksElsewhere) {
            line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
            line.append(c);
        }
    }
}
