package io.saddlebag.database.mariadb;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.testing.MariadbServer;
import java.time.Duration;
import java.util.Map;

/** Freezes a server, says so, and holds it until its standard input ends. */
public final class FreezeHolder {
    private FreezeHolder() {}

    public static void main(String[] arguments) throws Exception {
        var options = new DatabaseOptions(
                "shop",
                Map.of("data", arguments[0], "defaultsFile", arguments[1], "port", arguments[2], "runAs", "mysql"));
        var writer =
                MariadbServer.adapter(MariadbSettings.read(options)).writer().orElseThrow();
        try (BackupMode mode = writer.begin(arguments[3], Duration.ofMinutes(1), line -> {})) {
            boolean waits = mode.freeze(Duration.ofMinutes(1));
            System.out.println("frozen " + waits);
            System.out.flush();
            int unused = System.in.read();
        }
    }
}
