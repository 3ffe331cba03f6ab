package io.saddlebag.camel.folder;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The state of one file of routes.
 *
 * @param routes ids of the routes that run from it now, whichever version they are of
 * @param message why it waits or was refused; empty when there is nothing to say
 * @param findings what the checks found in the file as it is now
 * @param since when it came into this status
 */
public record UnitState(
        Path file, UnitStatus status, List<String> routes, String message, List<Finding> findings, Instant since) {

    public UnitState {
        routes = List.copyOf(routes);
        findings = List.copyOf(findings);
    }
}
