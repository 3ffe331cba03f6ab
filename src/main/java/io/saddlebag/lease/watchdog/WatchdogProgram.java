package io.saddlebag.lease.watchdog;

import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What the guard's main method calls:
 *
 * <pre>{@code
 * PrintStream answers = System.out;
 * System.setOut(System.err); // answers go there and nothing else
 * System.exit(WatchdogProgram.run(List.of(arguments), System.in, answers, returner, waiter, Clock.systemUTC()));
 * }</pre>
 */
public final class WatchdogProgram {
    /** The lease ended as it should. */
    public static final int EXIT_OK = 0;
    /** The source is not back. */
    public static final int EXIT_ALARM = 1;
    /** The program was called in a wrong way. */
    public static final int EXIT_USAGE = 2;

    /** A guard that is asked to end brings the source back first, and may take this long. */
    private static final Duration END_PATIENCE = Duration.ofMinutes(10);

    private WatchdogProgram() {}

    /**
     * Guards one lease; returns the exit code when it has ended.
     *
     * @param arguments what {@link ProcessWatchdog} added to the command last: lease folder and id
     */
    public static int run(
            List<String> arguments,
            InputStream requests,
            PrintStream answers,
            SourceReturner returner,
            Waiter waiter,
            Clock clock)
            throws InterruptedException {
        return run(arguments, requests, answers, returner, waiter, clock, ReturnAttempts.DEFAULT);
    }

    /** As the other, with another patience. */
    public static int run(
            List<String> arguments,
            InputStream requests,
            PrintStream answers,
            SourceReturner returner,
            Waiter waiter,
            Clock clock,
            ReturnAttempts attempts)
            throws InterruptedException {
        if (arguments.size() != 2) {
            answers.println("refused the arguments are a lease folder and an id, not " + arguments);
            return EXIT_USAGE;
        }
        Path folder = Path.of(arguments.get(0));
        WatchdogLoop loop =
                new WatchdogLoop(requests, answers, folder, arguments.get(1), returner, waiter, clock, attempts);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endEarly(loop), "lease-shutdown"));
        return loop.run() == LeaseState.FAILED ? EXIT_ALARM : EXIT_OK;
    }

    private static void endEarly(WatchdogLoop loop) {
        try {
            loop.endEarly(END_PATIENCE);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
