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

    /** The last argument of the process that stands in for a guard that dies. */
    static final String DEPUTY = "deputy";

    /** A guard that is asked to end brings the source back first, and may take this long. */
    private static final Duration END_PATIENCE = Duration.ofMinutes(10);

    private WatchdogProgram() {}

    /**
     * Guards one lease; returns the exit code when it has ended.
     *
     * @param arguments what {@link ProcessWatchdog} added to the command last: lease folder and id, and what a deputy is told by
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
        boolean deputy = arguments.size() == 3 && arguments.get(2).equals(DEPUTY);
        if (arguments.size() != 2 && !deputy) {
            answers.println(
                    "refused the arguments are a lease folder, an id, and perhaps " + DEPUTY + ", not " + arguments);
            return EXIT_USAGE;
        }
        Path folder = Path.of(arguments.get(0));
        if (deputy) {
            ControlGroup.leave();
            DeputyLoop loop =
                    new DeputyLoop(requests, answers, folder, arguments.get(1), returner, waiter, clock, attempts);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> interruptibly(loop::stay), "lease-shutdown"));
            return loop.run() == LeaseState.FAILED ? EXIT_ALARM : EXIT_OK;
        }
        WatchdogLoop loop =
                new WatchdogLoop(requests, answers, folder, arguments.get(1), returner, waiter, clock, attempts);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interruptibly(loop::endEarly), "lease-shutdown"));
        return loop.run() == LeaseState.FAILED ? EXIT_ALARM : EXIT_OK;
    }

    private interface Ending {
        void within(Duration patience) throws InterruptedException;
    }

    private static void interruptibly(Ending ending) {
        try {
            ending.within(END_PATIENCE);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
