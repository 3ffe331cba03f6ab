package io.saddlebag.cli;

import io.saddlebag.tapeoption.Prompt;
import picocli.CommandLine.Option;

/** Option of commands that may need a volume that isn't there. */
final class PromptArgument {
    @Option(
            names = "--prompt",
            paramLabel = "WHO",
            defaultValue = "operator",
            description =
                    "Who is asked for what is missing: automatic (this terminal; without one nobody, and the job fails at once), operator (the job waits for rpyjob, or for what it asks for) or client (this terminal; without one the operator). Default: ${DEFAULT-VALUE}.")
    String who = "operator";

    /** @throws IllegalArgumentException naming the valid ones */
    Prompt prompt() {
        return Prompt.parse(who);
    }
}
