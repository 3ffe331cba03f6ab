package io.saddlebag.database.sqlite;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The program of a process that pins one file. It says {@code pinned}, or {@code refused} and why; asked to {@code freeze}, it pins
 * the file as it is then, says {@code frozen} or {@code refused} and why, and keeps writers waiting until it is asked to {@code thaw} and says
 * {@code thawed}; asked to {@code end}, it says {@code held} and the delta's bytes, and lets go. When nobody can ask any more, it lets go as well.
 */
public final class PinProgram {
    static final String PINNED = "pinned";
    static final String REFUSED = "refused";
    /** And how many milliseconds it may take. */
    static final String FREEZE = "freeze";

    static final String FROZEN = "frozen";
    static final String THAW = "thaw";
    static final String THAWED = "thawed";
    static final String END = "end";
    static final String HELD = "held";

    private PinProgram() {}

    /**
     * @param arguments the file; milliseconds that pinning may take; the id, which is there to be seen only
     * @return exit code
     */
    public static int run(List<String> arguments, BufferedReader requests, PrintStream answers, Waiter waiter)
            throws InterruptedException {
        Path file = Path.of(arguments.get(0));
        Deadline deadline = Deadline.after(waiter, Duration.ofMillis(Long.parseLong(arguments.get(1))));
        try (PinnedFile pinned = PinnedFile.pin(file, deadline)) {
            say(answers, PINNED);
            for (String asked = requests.readLine(); asked != null; asked = requests.readLine()) {
                say(answers, answer(pinned, file, asked, waiter));
                if (END.equals(asked)) {
                    return 0;
                }
            }
            return 0;
        } catch (SQLException | IOException e) {
            say(answers, REFUSED + " " + String.valueOf(e.getMessage()).replace('\n', ' '));
            return 1;
        }
    }

    private static String answer(PinnedFile pinned, Path file, String asked, Waiter waiter)
            throws SQLException, IOException, InterruptedException {
        if (asked.startsWith(FREEZE)) {
            long millis = Long.parseLong(asked.substring(FREEZE.length()).strip());
            pinned.hold(Deadline.after(waiter, Duration.ofMillis(millis)));
            return FROZEN;
        }
        if (THAW.equals(asked)) {
            pinned.release();
            return THAWED;
        }
        return pinned.isInPlace()
                ? HELD + " " + pinned.deltaBytes()
                : REFUSED + " " + file + " was deleted or replaced meanwhile";
    }

    private static void say(PrintStream answers, String line) {
        answers.println(line);
        answers.flush();
    }
}
