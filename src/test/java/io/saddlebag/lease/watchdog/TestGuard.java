package io.saddlebag.lease.watchdog;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.postgresql.PostgresqlAdapter;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A guard as the product's own program composes it, with the actions that tests need. */
public final class TestGuard implements SourceReturner {
    static final ReturnAttempts QUICK = new ReturnAttempts(3, Duration.ofMillis(10), Duration.ofMillis(20));

    private TestGuard() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        System.exit(WatchdogProgram.run(
                List.of(arguments), System.in, answers, new TestGuard(), new SystemWaiter(), Clock.systemUTC(), QUICK));
    }

    static SourceReturner returner() {
        return new TestGuard();
    }

    /** The command that starts this guard. */
    static List<String> command() {
        return ProcessWatchdog.javaCommand(TestGuard.class.getName(), List.of());
    }

    static Watchdog.Action startDatabase(PostgresqlSettings settings) {
        return new Watchdog.Action(
                "start-postgresql",
                settings.runAs() == null
                        ? facts(settings)
                        : Map.of(
                                "bin", settings.binDirectory().toString(),
                                "data", settings.dataDirectory().toString(),
                                "port", Integer.toString(settings.port()),
                                "runAs", settings.runAs().toString()));
    }

    private static Map<String, String> facts(PostgresqlSettings settings) {
        return Map.of(
                "bin", settings.binDirectory().toString(),
                "data", settings.dataDirectory().toString(),
                "port", Integer.toString(settings.port()));
    }

    static PostgresqlAdapter adapter(Watchdog.Action action) throws IOException {
        return new PostgresqlAdapter(
                PostgresqlSettings.read(new DatabaseOptions("orders", action.facts())),
                new LocalProcesses(),
                new SystemWaiter());
    }

    @Override
    public void prepare(Watchdog.Action action) throws IOException {
        switch (action.kind()) {
            case "note", "fail", LeaseActions.THAW -> {}
            case "slow" -> new SystemWaiterOf(Duration.ofMinutes(1)).pause();
            case "start-postgresql" -> {
                try {
                    adapter(action).state();
                } catch (InterruptedException asked) {
                    throw new IOException(asked);
                }
            }
            default -> throw new IOException("unknown action " + action.kind());
        }
    }

    @Override
    public boolean mayBeTakenOver(Watchdog.Action action) {
        return action.facts().containsKey("whole");
    }

    @Override
    public void commit(Watchdog.Action action, Consumer<String> log) throws IOException {
        if (action.kind().equals("fail")) {
            throw new IOException("not today");
        }
        append(action, ".committed");
    }

    private static void append(Watchdog.Action action, String ending) throws IOException {
        Files.writeString(
                Path.of(action.facts().get("file") + ending),
                "x",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void bringBack(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException {
        if (action.kind().equals("start-postgresql")) {
            adapter(action).start(Duration.ofMinutes(1), log);
            return;
        }
        log.accept("noted");
        if (action.kind().equals("fail")) {
            throw new IOException("not today");
        }
        append(action, "");
    }

    private record SystemWaiterOf(Duration length) {
        void pause() throws IOException {
            try {
                new SystemWaiter().await(length);
            } catch (InterruptedException asked) {
                throw new IOException(asked);
            }
        }
    }
}
