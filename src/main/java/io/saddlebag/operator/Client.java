package io.saddlebag.operator;

/** Whoever runs a command (M5). */
public enum Client {
    /** Sits at its terminal, sees what it says and can answer. */
    AT_TERMINAL,
    /** Isn't there: a service, a script, a host application. */
    ABSENT
}
