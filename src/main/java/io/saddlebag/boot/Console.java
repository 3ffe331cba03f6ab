package io.saddlebag.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a guest says on its serial console, until the marker comes. The guest may be anybody's. One thread. */
final class Console {
    /** More lines than that aren't recorded, only looked at. */
    static final int MAX_RECORDED = 5_000;

    private static final int LAST_WORDS = 5;

    /** As a terminal obeys them. */
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[@-Z\\\\^_])");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}]");
    private static final Pattern PANIC = Pattern.compile("Kernel panic - not syncing");

    private final Pattern marker;
    private final Consumer<String> record;
    private final Deque<String> last = new ArrayDeque<>();
    private long lines;
    private @Nullable String seen;

    Console(Pattern marker, Consumer<String> record) {
        this.marker = marker;
        this.record = record;
    }

    /** Ends the machine: the program that runs is ended when the consumer of its lines fails. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended(String line) {
            super(line, null, false, false);
        }
    }

    /** @throws Ended when the marker has come, or nothing can come any more */
    void line(String raw) {
        String line = CONTROLS.matcher(ESCAPES.matcher(raw).replaceAll("")).replaceAll("");
        lines++;
        if (lines <= MAX_RECORDED) {
            record.accept("console: " + line);
        } else if (lines == MAX_RECORDED + 1) {
            record.accept("console: (further lines are not recorded)");
        }
        last.addLast(line);
        if (last.size() > LAST_WORDS) {
            last.removeFirst();
        }
        if (seen != null) {
            return;
        }
        if (marker.matcher(line).find()) {
            seen = line;
            throw new Ended(line);
        }
        if (PANIC.matcher(line).find()) {
            throw new Ended(line);
        }
    }

    /** The line with the marker; null when it didn't come. */
    @Nullable
    String seen() {
        return seen;
    }

    /** For people. */
    String lastWords() {
        return last.isEmpty() ? "it said nothing" : "it said last: " + String.join(" / ", last);
    }
}
