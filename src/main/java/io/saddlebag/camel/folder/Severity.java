package io.saddlebag.camel.folder;

/** What a finding means for its file. */
public enum Severity {
    /** the file isn't taken */
    ERROR,
    /** the file is taken, and somebody should look at it */
    WARNING
}
