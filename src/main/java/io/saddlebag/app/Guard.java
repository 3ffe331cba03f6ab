package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.watchdog.WatchdogProgram;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/** The watchdog's program: guards one lease from outside the process that holds it (W20). */
public final class Guard {
    private Guard() {}

    /** Arguments: the node's home folder, the lease folder, the lease's id. */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        // answers go there and nothing else
        System.setOut(System.err);
        var waiter = new SystemWaiter();
        var posix = new LinuxPosix();
        var databases = new Databases(
                ConfigFile.read(Path.of(arguments[0])),
                new LocalProcesses(),
                waiter,
                Clock.systemUTC(),
                Databases.NewestJournals.NONE);
        var keeper = new SourceKeeper(databases, new LocalFiles(posix), posix);
        List<String> own = List.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        System.exit(WatchdogProgram.run(own, System.in, answers, keeper, waiter, Clock.systemUTC()));
    }
}
