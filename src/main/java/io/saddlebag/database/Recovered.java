package io.saddlebag.database;

import io.saddlebag.recovery.LogPosition;

/**
 * The state in which a database was opened after it was rolled forward, by its own word.
 *
 * @param incarnation that it began
 * @param parent whose log it followed to the end
 * @param end where that was: everything before it is in the state
 * @param cause why it ended there, as the engine says it
 */
public record Recovered(long incarnation, long parent, LogPosition end, String cause) {}
