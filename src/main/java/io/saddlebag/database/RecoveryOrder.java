package io.saddlebag.database;

import io.saddlebag.recovery.RecoveryTarget;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * How restored files of a database are to be rolled forward when it is started (R7, R8).
 *
 * @param incarnation whose line it follows
 * @param area folder that has the journals, each in a file of its engine's name for it; absolute
 * @param journals names of all that are there. The engine may take any other for one that never was
 * @param lost names of those that were and that nobody has: the engine has to stop when it comes to one (J25)
 */
public record RecoveryOrder(
        RecoveryTarget target, long incarnation, Path area, Set<String> journals, Set<String> lost) {
    public RecoveryOrder {
        journals = Set.copyOf(journals);
        lost = Set.copyOf(lost);
        Set<String> both = new TreeSet<>(journals);
        both.retainAll(lost);
        if (!both.isEmpty()) {
            throw new IllegalArgumentException("journals " + both + " are there and lost");
        }
    }
}
