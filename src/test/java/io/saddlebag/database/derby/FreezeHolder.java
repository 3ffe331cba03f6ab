package io.saddlebag.database.derby;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.host.local.SystemWaiter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Freezes a database, says so, and holds it until its standard input ends. */
public final class FreezeHolder {
    private FreezeHolder() {}

    public static void main(String[] arguments) throws Exception {
        var options = new DatabaseOptions("stock", Map.of("data", arguments[0], "port", arguments[1]));
        var writer = new DerbyAdapter(DerbySettings.read(options), Optional.empty(), new SystemWaiter())
                .writer()
                .orElseThrow();
        try (BackupMode mode = writer.begin(arguments[2], Duration.ofMinutes(1), line -> {})) {
            System.out.println("frozen " + mode.freeze(Duration.ofMinutes(1)));
            System.out.flush();
            int unused = System.in.read();
        }
    }
}
