package io.saddlebag.database.oracle;

import io.saddlebag.database.ControlFileChoice;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One Oracle instance on this machine. What has to be known while it is down is kept in files of the node's state folder, so
 * that any process with the same settings, a watchdog too, goes on where another ended.
 */
public final class OracleAdapter implements DatabaseAdapter {
    public static final String ENGINE = "oracle";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final String READ_WRITE = "READ WRITE";

    private final OracleSettings settings;
    private final OracleInstance instance;
    private final Waiter waiter;

    /** Touches nothing. */
    public OracleAdapter(OracleSettings settings, Processes processes, Waiter waiter) {
        this.settings = settings;
        this.waiter = waiter;
        this.instance = new OracleInstance(settings, processes);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public DatabaseState state() throws IOException, InterruptedException {
        try {
            return instance.state().state();
        } catch (BackupException | OracleError noAnswer) {
            return DatabaseState.UNKNOWN;
        }
    }

    /**
     * {@code SHUTDOWN IMMEDIATE}, then the services. Before, the instance is asked where its files are, for the time when it
     * can't be asked.
     *
     * @throws BackupException {@link DatabaseFault#STOP_FAILED} also when it was down already, and its alert log doesn't say that
     *     it was closed in order
     */
    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        InstanceState state = settled(deadline);
        boolean clean = state == InstanceState.OPEN;
        try {
            if (state == InstanceState.OPEN || state == InstanceState.MOUNTED) {
                instance.learnFiles();
            }
            if (state == InstanceState.DOWN) {
                log.accept("database " + name() + " was down already");
            } else {
                instance.console().shutdown(atLeastASecond(deadline), log);
                requireDown(deadline);
            }
        } catch (OracleError e) {
            throw instance.failures().stop(e);
        } catch (BackupException e) {
            throw e.code() instanceof DatabaseFault ? e : instance.failures().stop(e);
        }
        if (!clean) {
            requireClosed();
        }
        instance.services().stop(deadline, log);
    }

    private InstanceState settled(Deadline deadline) throws IOException, InterruptedException {
        InstanceState state = instance.requireState();
        while (state == InstanceState.CHANGING && !deadline.passed()) {
            deadline.await(LOOK_AGAIN);
            state = instance.requireState();
        }
        return state;
    }

    private void requireDown(Deadline deadline) throws IOException, InterruptedException {
        InstanceState state = settled(deadline);
        if (state != InstanceState.DOWN) {
            throw instance.failures()
                    .of(
                            DatabaseFault.STOP_FAILED,
                            "was told to shut down, but is " + state,
                            "Look in " + settings.alertLogName()
                                    + " for what holds the shutdown up, or give the step a longer timeout.");
        }
    }

    private void requireClosed() throws IOException {
        FoundAlertLog alertLog = instance.alertLog();
        Optional<AlertLog.LastStep> last = alertLog.found().map(AlertLog::lastStep);
        if (last.filter(AlertLog.LastStep.CLOSED::equals).isPresent()) {
            return;
        }
        String why = last.map(step -> "its alert log ends with: " + step)
                .orElse("nobody can tell, since it " + alertLog.missing());
        throw instance.failures()
                .of(
                        DatabaseFault.STOP_FAILED,
                        "is down but was not closed in order: " + why,
                        "Start it so that it recovers, then repeat the backup; option alertLog says where the log is.");
    }

    /**
     * Listener, service, instance; returns when the database is open. Where files that a restore put there, or a backup that died,
     * left it in backup mode, that is ended on the way (W13).
     */
    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        instance.services().start(deadline, log);
        OracleOpening opening = new OracleOpening(instance);
        boolean settling = false;
        while (true) {
            InstanceState state = instance.requireState();
            if (state == InstanceState.OPEN && (settling || opening.acted())) {
                opening.opened();
                log.accept("database " + name() + " is open");
                return;
            }
            if (deadline.passed()) {
                throw instance.failures()
                        .of(
                                DatabaseFault.START_FAILED,
                                "is " + state + " after " + timeout,
                                "Read " + settings.alertLogName() + ", remove the cause, then start the database.");
            }
            if (state == InstanceState.OPEN || state == InstanceState.CHANGING) {
                // one that was just told to stop, by a process that is dead since, is open for a moment more
                settling = state == InstanceState.OPEN;
                deadline.await(LOOK_AGAIN);
            } else {
                settling = false;
                opening.advance(state, atLeastASecond(deadline), log);
            }
        }
    }

    @Override
    public List<DatabaseComponent> components() throws IOException, InterruptedException {
        return instance.files().components();
    }

    /** Open for reading and writing, and no file needs recovery. */
    @Override
    public String verifyOpen(Duration timeout) throws IOException, InterruptedException {
        try {
            InstanceState state = instance.state();
            String mode = state == InstanceState.OPEN ? instance.text("open_mode", "v$database") : state.toString();
            String broken = state == InstanceState.OPEN ? instance.text("count(*)", "v$recover_file") : "0";
            if (!mode.equals(READ_WRITE) || !broken.equals("0")) {
                throw instance.failures()
                        .of(
                                DatabaseFault.NOT_OPEN,
                                "is " + mode + ", and " + broken + " of its files need recovery",
                                "Look with: select status from v$instance; select * from v$recover_file.");
            }
            instance.learnFiles();
            return "Oracle " + instance.text("version", "v$instance") + " instance " + settings.sid() + " is open ("
                    + mode + ")" + lastStep();
        } catch (OracleError e) {
            throw instance.failures().notOpen(e);
        }
    }

    private String lastStep() throws IOException {
        FoundAlertLog alertLog = instance.alertLog();
        return alertLog.found()
                .map(log -> ", last in its alert log: " + log.lastStepLine())
                .orElse(", and " + alertLog.missing());
    }

    @Override
    public Optional<String> instance() {
        return Optional.of(settings.sid());
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return Optional.of(new OracleWriter(instance, waiter));
    }

    @Override
    public List<Path> controlFiles() throws IOException, InterruptedException {
        InstanceState state = InstanceState.DOWN;
        try {
            state = instance.state();
        } catch (BackupException | OracleError unreachable) {
            // what is to be restored may be broken in any way
        }
        KnownFiles files = state == InstanceState.MOUNTED || state == InstanceState.OPEN
                ? instance.files()
                : instance.knownFiles().orElse(new KnownFiles(List.of(), null));
        return files.parts().stream()
                .filter(part -> part.kind() == DatabaseComponent.Kind.CONTROL)
                .map(DatabaseComponent::path)
                .toList();
    }

    @Override
    public ControlFileChoice controlFileChoice() {
        return settings.controlFiles();
    }

    private static Duration atLeastASecond(Deadline deadline) {
        Duration left = deadline.remaining();
        return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
    }
}
