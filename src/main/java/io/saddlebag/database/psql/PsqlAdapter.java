package io.saddlebag.database.psql;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.Protection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * PSQL's data files. Stopping, starting and looking whether it is open are left to programs; a backup while it runs is continuous
 * operation, unless the database is archive-logged: one of both (J21).
 */
public final class PsqlAdapter implements DatabaseAdapter {
    public static final String ENGINE = "psql";

    private final PsqlSettings settings;
    private final @Nullable Protection protection;
    private final @Nullable DatabaseAdapter programs;
    private final ContinuousOperation operation;
    private final Waiter waiter;

    /**
     * @param protection null: continuous operation, when none of the files is archive-logged
     * @param programs stops and starts the engine; empty: it can be backed up online only
     * @throws BackupException {@link DatabaseFault#BAD_CONFIGURATION} for both protections at once
     */
    public PsqlAdapter(
            PsqlSettings settings,
            Optional<Protection> protection,
            Optional<DatabaseAdapter> programs,
            Processes processes,
            Waiter waiter)
            throws BackupException {
        this.settings = settings;
        this.programs = programs.orElse(null);
        this.waiter = waiter;
        this.operation = new ContinuousOperation(settings, processes);
        boolean logged = !settings.archiveLogged().isEmpty();
        if (logged && protection.equals(Optional.of(Protection.CONTINUOUS_OPERATION))) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "database " + settings.name() + " has files in option archiveLogged and protection"
                            + " continuous-operation, and can have one of both only",
                    "Take the option archiveLogged away, or make it protection archive-log.");
        }
        this.protection = logged ? Protection.ARCHIVE_LOG : protection.orElse(Protection.CONTINUOUS_OPERATION);
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
        DatabaseAdapter known = programs;
        return known == null ? DatabaseState.UNKNOWN : known.state();
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        programs(DatabaseFault.STOP_FAILED).stop(timeout, log);
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        programs(DatabaseFault.START_FAILED).start(timeout, log);
    }

    private DatabaseAdapter programs(DatabaseFault fault) throws BackupException {
        DatabaseAdapter known = programs;
        if (known == null) {
            throw new BackupException(
                    fault,
                    "nobody knows how to stop and start the engine of database " + name(),
                    "Configure the options stop and start of the database, or back it up with --online.");
        }
        return known;
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        List<DatabaseComponent> components = new ArrayList<>();
        for (Path file : settings.files()) {
            if (!Files.isRegularFile(file)) {
                throw new BackupException(
                        DatabaseFault.BAD_CONFIGURATION,
                        "option files of database " + name() + " has " + file + ", and there is no such file",
                        "Give the database's data files, and see that their file system is mounted.");
            }
            components.add(new DatabaseComponent("data file " + file.getFileName(), Kind.DATA, file, List.of()));
        }
        return List.copyOf(components);
    }

    @Override
    public String verifyOpen(Duration timeout) throws IOException, InterruptedException {
        DatabaseAdapter known = programs;
        return known == null ? "not looked at: there is no program for that" : known.verifyOpen(timeout);
    }

    /** J24. */
    @Override
    public List<String> unprotected() {
        List<Path> without = new ArrayList<>(settings.files());
        without.removeAll(settings.archiveLogged());
        return protection != Protection.ARCHIVE_LOG || without.isEmpty()
                ? List.of()
                : List.of("files are not archive-logged: " + without
                        + "; transactions over these and others would be torn by a recovery");
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return protection == Protection.ARCHIVE_LOG
                ? Optional.empty()
                : Optional.of(new PsqlWriter(this, settings, operation, waiter));
    }
}
