package io.saddlebag.lease;

import java.util.List;
import java.util.Optional;

/** The watchdog's actions and their facts: what those who arm a guard and those who carry its actions out agree on. */
public final class LeaseActions {
    /** Start the database named by {@link #DATABASE}. */
    public static final String START_DATABASE = "start-database";

    /** Commit: decide for the restored components and swap them in. Bring back: complete the swap of restored components if it was decided, then start the database. */
    public static final String FINISH_RESTORE = "finish-restore";

    /** Thaw the file system mounted at {@link #MOUNT_POINT}. */
    public static final String THAW = "thaw";

    /** Take the database named by {@link #DATABASE} out of the freeze and backup mode of the backup {@link #BACKUP_MODE}. */
    public static final String END_BACKUP = "end-backup";

    /** The id under which backup mode was begun. */
    public static final String BACKUP_MODE = "backupMode";

    /** Fact of {@link #END_BACKUP}, {@code true}: freeze and backup mode end with the process that began them. */
    public static final String ENDS_WITH_PROCESS = "endsWithProcess";

    public static final String DATABASE = "database";
    public static final String MOUNT_POINT = "mountPoint";

    private LeaseActions() {}

    /** Whether clients would wait for ever if holder and guard died together: nobody else ends such a freeze. */
    public static boolean outlivesHolders(Watchdog.Action action) {
        return switch (action.kind()) {
            case THAW -> true;
            case END_BACKUP -> !Boolean.parseBoolean(action.facts().get(ENDS_WITH_PROCESS));
            default -> false;
        };
    }

    /** What the action brings back, as one text; empty when its facts don't say. Two leases of one source exclude each other. */
    public static Optional<String> source(Watchdog.Action action) {
        for (String fact : List.of(DATABASE, MOUNT_POINT)) {
            String name = action.facts().get(fact);
            if (name != null) {
                return Optional.of(fact + " " + name);
            }
        }
        return Optional.empty();
    }
}
