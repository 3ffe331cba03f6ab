package io.saddlebag.lease;

/** The watchdog's actions and their facts: what those who arm a guard and those who carry its actions out agree on. */
public final class LeaseActions {
    /** Start the database named by {@link #DATABASE}. */
    public static final String START_DATABASE = "start-database";

    /** Complete the swap of restored components if it was decided, then start the database. */
    public static final String FINISH_RESTORE = "finish-restore";

    /** Thaw the file system mounted at {@link #MOUNT_POINT}. */
    public static final String THAW = "thaw";

    public static final String DATABASE = "database";
    public static final String MOUNT_POINT = "mountPoint";

    private LeaseActions() {}
}
