package io.saddlebag.camel.job;

/** What {@code job:} does. */
public enum JobAction {
    BEGIN,
    END,
    LIST,
    SHOW,
    TRANSCRIPT,
    REQUESTS,
    REPLY
}
