package io.saddlebag.node;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.host.Command;
import java.time.Duration;

/**
 * Defaults of the workflow options (spec 00, rule 5).
 *
 * @param stopTimeout how long a stop may take (W4)
 * @param startTimeout how long a start may take (W4)
 * @param lease how long a database may stand still after this process said last that work goes on (W20)
 */
public record Defaults(Duration stopTimeout, Duration startTimeout, Duration lease) {
    public static final Defaults STANDARD =
            new Defaults(Command.DEFAULT_TIMEOUT, Command.DEFAULT_TIMEOUT, Command.DEFAULT_TIMEOUT);

    public BackupRun.StopOptions stopOptions() {
        return new BackupRun.StopOptions(stopTimeout, startTimeout, lease);
    }
}
