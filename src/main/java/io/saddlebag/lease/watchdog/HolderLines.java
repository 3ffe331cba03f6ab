package io.saddlebag.lease.watchdog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lines that arrive on a stream, read by a thread of its own so that the reader can give up waiting. */
final class HolderLines {
    /** Far more than a lease has to say; a longer line ends the conversation. */
    static final int LONGEST_LINE_BYTES = 64 * 1024;

    private static final int MOST_WAITING = 10_000;

    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>(MOST_WAITING);

    HolderLines(InputStream in, String threadName) {
        Thread reader = new Thread(() -> read(in), threadName);
        reader.setDaemon(true);
        reader.start();
    }

    /** @param text null at the end of the stream, of which there is one */
    record Line(@Nullable String text) {
        boolean isEnd() {
            return text == null;
        }

        String word() {
            String all = text == null ? "" : text;
            int space = all.indexOf(' ');
            return space < 0 ? all : all.substring(0, space);
        }

        String rest() {
            String all = text == null ? "" : text;
            int space = all.indexOf(' ');
            return space < 0 ? "" : all.substring(space + 1);
        }
    }

    /** @return null when nothing came in time */
    @Nullable
    Line next(Duration patience) throws InterruptedException {
        return lines.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
    }

    /** Puts an end of the stream in, as if the other side had died. */
    void end() {
        boolean unused = lines.offer(new Line(null));
    }

    /** Puts a line in, as if the other side had sent it. */
    void add(String line) {
        boolean unused = lines.offer(new Line(line));
    }

    private void read(InputStream in) {
        byte[] line = new byte[LONGEST_LINE_BYTES];
        int length = 0;
        try {
            for (int each = in.read(); each >= 0 && length < line.length; each = in.read()) {
                if (each != '\n') {
                    line[length++] = (byte) each;
                    continue;
                }
                lines.put(new Line(new String(line, 0, length, StandardCharsets.UTF_8).strip()));
                length = 0;
            }
        } catch (IOException | InterruptedException broken) {
            // the same as the end: nobody is there any more
        }
        end();
    }
}
