package io.saddlebag.tape.memory;

/** The calls of {@link io.saddlebag.tape.TapeDrive} that are counted. */
public enum DriveOperation implements Operation {
    WRITE,
    WRITE_FILEMARKS,
    READ,
    REWIND,
    LOCATE,
    SPACE_FILEMARKS,
    SPACE_TO_END_OF_DATA,
    ERASE,
    LOAD,
    UNLOAD,
    POSITION
}
