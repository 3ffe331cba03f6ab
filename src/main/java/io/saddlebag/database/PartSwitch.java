package io.saddlebag.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Makes restored parts of a database its current ones in other places than they had (R2). Failures are {@link
 * io.saddlebag.fault.BackupException}s with {@link DatabaseFault#NO_SWITCH}. Thread-safe; keeps no state.
 */
public interface PartSwitch {
    /**
     * Refuses what the engine can't do. Touches nothing; works whatever state the database is in.
     *
     * @param moves new places by those that the parts had when they were backed up
     */
    void require(Map<Path, Path> moves) throws IOException, InterruptedException;

    /**
     * Changes what refers to the parts in restored files, so that the engine finds each at its new place when it starts. The
     * database is down, and the files are not in place yet. Durable on return. Once for
     * each restored form.
     *
     * @param moves as {@link #require} has seen them
     * @param staged where the restored form of a part is now, by the place that the part will have
     */
    void point(Map<Path, Path> moves, UnaryOperator<Path> staged) throws IOException;
}
