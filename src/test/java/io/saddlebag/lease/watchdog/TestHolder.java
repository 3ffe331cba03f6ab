package io.saddlebag.lease.watchdog;

import io.saddlebag.database.postgresql.PostgresqlAdapter;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Stops a database under a lease and starts it again, saying where it is, so that a test can end it anywhere. */
public final class TestHolder {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private TestHolder() {}

    /** Arguments: lease folder, milliseconds that the lease lasts, milliseconds to stay stopped, facts of the action. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> facts = Arrays.stream(arguments)
                .skip(3)
                .map(fact -> fact.split("=", 2))
                .collect(Collectors.toMap(fact -> fact[0], fact -> fact[1]));
        Watchdog.Action action = new Watchdog.Action("start-postgresql", facts);
        PostgresqlAdapter database = TestGuard.adapter(action);
        SystemWaiter waiter = new SystemWaiter();
        ProcessWatchdog watchdog =
                new ProcessWatchdog(TestGuard.command(), Path.of(arguments[0]), Clock.systemUTC(), waiter);
        say("arming");
        QuiesceLease lease = watchdog.arm("stop of orders", action, Duration.ofMillis(Long.parseLong(arguments[1])));
        say("armed");
        database.stop(MINUTE, line -> {});
        say("stopped");
        waiter.await(Duration.ofMillis(Long.parseLong(arguments[2])));
        say("starting");
        database.start(MINUTE, line -> {});
        say("started");
        say("released " + lease.release());
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
