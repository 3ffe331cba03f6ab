package io.saddlebag.database.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * The program of a process that holds one write-ahead log: SQLite's locks belong to a process, and whoever else closes the file in
 * it drops them. It says {@code held} and its process id, or {@code refused} and why. Then each line that it is asked has one line
 * of answer; when nobody can ask any more, it lets go by its end, and leaves the log as it is.
 */
public final class HoldProgram {
    static final String HELD = "held";
    static final String REFUSED = "refused";
    /** And how many milliseconds it may take; {@code blocked} or {@code busy}. */
    static final String BLOCK = "block";

    static final String BLOCKED = "blocked";
    static final String BUSY = "busy";
    static final String UNBLOCK = "unblock";
    static final String UNBLOCKED = "unblocked";
    /** One of {@link io.saddlebag.database.GrowingJournal.Cut}, in lower case. */
    static final String CUT = "cut";

    static final String NO_LOG = "its journal_mode is ";

    private HoldProgram() {}

    /**
     * @param arguments the file; the others are there to be seen only
     * @return exit code
     */
    public static int run(List<String> arguments, BufferedReader requests, PrintStream answers) {
        try {
            // never closed: SQLite's last connection merges the log and deletes it, and the end of the process doesn't
            HeldLog held = HeldLog.of(Path.of(arguments.get(0)));
            say(answers, HELD + " " + ProcessHandle.current().pid());
            for (String asked = requests.readLine(); asked != null; asked = requests.readLine()) {
                say(answers, answer(held, asked));
            }
            return 0;
        } catch (SQLException | IOException e) {
            say(answers, REFUSED + " " + String.valueOf(e.getMessage()).replace('\n', ' '));
            return 1;
        }
    }

    private static String answer(HeldLog held, String asked) throws SQLException {
        String[] words = asked.split(" ");
        return switch (words[0]) {
            case BLOCK -> held.block(Integer.parseInt(words[1])) ? BLOCKED : BUSY;
            case UNBLOCK -> {
                held.unblock();
                yield UNBLOCKED;
            }
            case CUT -> held.cut().name().toLowerCase(Locale.ROOT);
            default -> REFUSED + " unknown request " + asked;
        };
    }

    private static void say(PrintStream answers, String line) {
        answers.println(line);
        answers.flush();
    }
}
