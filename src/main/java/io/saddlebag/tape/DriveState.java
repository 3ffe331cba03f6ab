package io.saddlebag.tape;

/**
 * A drive at one moment.
 *
 * @param loaded a medium is in the drive and ready
 * @param writeProtected the medium refuses writes; false when none is loaded
 */
public record DriveState(boolean loaded, boolean writeProtected) {}
