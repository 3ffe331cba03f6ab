package io.saddlebag.cli;

import java.util.List;

/** Prints what a check has seen. */
final class Findings {
    private Findings() {}

    /** @return {@link ExitCode#FINDINGS} when one is an error */
    static int report(List<Surroundings.Finding> findings, Output output, boolean json, String none) {
        if (json) {
            output.json(findings);
        } else if (findings.isEmpty()) {
            output.line(none);
        } else {
            for (Surroundings.Finding finding : findings) {
                output.line(finding.level() + "  " + finding.place() + ": " + finding.message());
                if (!finding.hint().isBlank()) {
                    output.line("       HINT: " + finding.hint());
                }
            }
        }
        return findings.stream().anyMatch(Surroundings.Finding::isError) ? ExitCode.FINDINGS : ExitCode.OK;
    }
}
