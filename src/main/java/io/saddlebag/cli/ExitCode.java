package io.saddlebag.cli;

/** What the process says when it ends. Documented in {@code docs/cli.md}; never renumbered. */
final class ExitCode {
    /** It did what was asked. */
    static final int OK = 0;
    /** It failed, and said why. */
    static final int FAILED = 1;
    /** The command line could not be understood; nothing was touched. */
    static final int USAGE = 2;
    /** It was done, with warnings. */
    static final int WARNINGS = 3;
    /** A check found something wrong (lint, doctor, verify). */
    static final int FINDINGS = 4;
    /** It was skipped, since the same task runs already. */
    static final int SKIPPED = 5;
    /** A defect of this program. */
    static final int INTERNAL = 70;

    private ExitCode() {}
}
