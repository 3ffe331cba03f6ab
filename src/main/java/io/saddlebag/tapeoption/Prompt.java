package io.saddlebag.tapeoption;

/**
 * Who is asked when a job needs a volume that is not in the library, or may not take one without being told so (M5). The
 * names are RMU's: there a prompt goes to the standard input of the command, to the console of the server, or to the client's
 * system.
 */
public enum Prompt {
    /**
     * Whoever sits at the terminal of the command; where there is none, as in a script, a route or a service, nobody: what can't
     * be had without people then fails at once.
     */
    AUTOMATIC,
    /** The operators of the node: the job waits, and anybody answers it by {@code rpyjob}. */
    OPERATOR,
    /** Whoever sits at the terminal of the command; where there is none, the operators. */
    CLIENT;

    /** @throws IllegalArgumentException naming the valid ones */
    public static Prompt parse(String text) {
        for (Prompt each : values()) {
            if (each.name().equalsIgnoreCase(text.strip())) {
                return each;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is nobody to ask; valid are automatic, operator, client");
    }
}
