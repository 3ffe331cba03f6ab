package io.saddlebag.library.memory;

import io.saddlebag.tape.memory.Operation;

/** The calls of {@link io.saddlebag.library.Library} that are counted. */
public enum RobotOperation implements Operation {
    INVENTORY,
    SCAN,
    MOVE,
    OPEN_DOOR,
    CLOSE_DOOR,
    RESERVE
}
