package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseState;

/** How far an instance is. */
enum InstanceState {
    DOWN,
    /** Its processes run; no control file has been read ({@code NOMOUNT}). */
    STARTED,
    /** The control files have been read; data files are not open. */
    MOUNTED,
    OPEN,
    /** Somebody starts or stops it at this moment. */
    CHANGING;

    DatabaseState state() {
        return switch (this) {
            case DOWN -> DatabaseState.STOPPED;
            case OPEN -> DatabaseState.OPEN;
            case STARTED, MOUNTED, CHANGING -> DatabaseState.STARTING_OR_STOPPING;
        };
    }
}
