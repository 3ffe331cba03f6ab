package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is asked of one instance, and what is kept of its answers. */
final class OracleInstance {
    /** For a question, which needs no work of the database. */
    static final Duration QUICK = Duration.ofMinutes(2);

    private final OracleSettings settings;
    private final OracleConsole console;
    private final OracleServices services;
    private final KeptNotes notes;

    OracleInstance(OracleSettings settings, Processes processes) {
        this.settings = settings;
        OraclePrograms programs = new OraclePrograms(settings, processes);
        String jdbc = settings.jdbc();
        this.console = jdbc == null ? new SqlPlus(settings, programs) : new JdbcConsole(settings, jdbc, programs);
        this.services = new OracleServices(settings, programs);
        this.notes = new KeptNotes(settings.state(), settings.name());
    }

    OracleConsole console() {
        return console;
    }

    OracleServices services() {
        return services;
    }

    KeptNotes notes() {
        return notes;
    }

    OracleSettings settings() {
        return settings;
    }

    OracleFailures failures() {
        return new OracleFailures(settings.name(), settings.alertLogName());
    }

    /** @throws OracleError when it can't be told */
    InstanceState state() throws IOException, InterruptedException {
        if (services.stopped()) {
            return InstanceState.DOWN;
        }
        try {
            String status = text("status", "v$instance");
            return switch (status) {
                case "STARTED" -> InstanceState.STARTED;
                case "MOUNTED" -> InstanceState.MOUNTED;
                case "OPEN", "OPEN MIGRATE" -> InstanceState.OPEN;
                default -> InstanceState.CHANGING;
            };
        } catch (OracleError e) {
            if (e.has(Ora.NOT_AVAILABLE)) {
                return InstanceState.DOWN;
            }
            if (e.has(Ora.STARTING_OR_STOPPING, Ora.SHUTTING_DOWN, Ora.SHUTDOWN_WAITS)) {
                return InstanceState.CHANGING;
            }
            throw e;
        }
    }

    /** As {@link #state}, for those who can't go on without it. */
    InstanceState requireState() throws IOException, InterruptedException {
        try {
            return state();
        } catch (OracleError e) {
            throw failures().state(e);
        }
    }

    /** The only value of the only row; empty when there is none. */
    String text(String column, String from) throws IOException, InterruptedException {
        List<List<String>> rows = console.rows(OracleConsole.Query.of(column, from), QUICK);
        return rows.isEmpty() ? "" : rows.get(0).get(0).strip();
    }

    /** Numbers of the data files that are in backup mode; of a mounted or open instance. */
    List<String> activeFiles() throws IOException, InterruptedException {
        return console
                .rows(OracleConsole.Query.of("file#", "v$backup where status = 'ACTIVE' order by file#"), QUICK)
                .stream()
                .map(row -> row.get(0).strip())
                .toList();
    }

    /** Asks a mounted or open instance, and keeps the answer. */
    KnownFiles learnFiles() throws IOException, InterruptedException {
        KnownFiles files = KnownFiles.ask(console, settings, QUICK);
        notes.write(KeptNotes.FILES, files.lines());
        return files;
    }

    /** What a down instance said last, or empty when it never did to this node. */
    Optional<KnownFiles> knownFiles() throws IOException {
        return notes.read(KeptNotes.FILES).flatMap(KnownFiles::of);
    }

    /** As they are now, or as they were known last when it can't be asked. */
    KnownFiles files() throws IOException, InterruptedException {
        InstanceState state = requireState();
        if (state == InstanceState.MOUNTED || state == InstanceState.OPEN) {
            try {
                return learnFiles();
            } catch (OracleError e) {
                throw failures().state(e);
            }
        }
        return knownFiles()
                .orElseThrow(() -> new BackupException(
                        DatabaseFault.STATE_UNKNOWN,
                        "database " + settings.name() + " is " + state
                                + ", and it was never open while Saddlebag looked," + " so its files aren't known",
                        "Start it once with 'saddlebag' able to reach it, then stop it or back it up."));
    }

    FoundAlertLog alertLog() throws IOException {
        return FoundAlertLog.at(alertLogPlace());
    }

    /** As {@link #alertLog}, of an open instance: one that this node has never seen open before is asked where it is. */
    FoundAlertLog alertLogOfOpen() throws IOException, InterruptedException {
        if (alertLogPlace() == null) {
            learnFiles();
        }
        return alertLog();
    }

    private @Nullable Path alertLogPlace() throws IOException {
        return settings.alertLog() != null
                ? settings.alertLog()
                : knownFiles().map(KnownFiles::alertLog).orElse(null);
    }

    /** @return what it ended, as numbers of data files */
    List<String> endBackup(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        List<String> active = activeFiles();
        if (!active.isEmpty()) {
            console.execute("alter database end backup", timeout, log);
        }
        return active;
    }
}
