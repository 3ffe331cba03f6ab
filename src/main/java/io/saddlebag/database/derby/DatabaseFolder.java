package io.saddlebag.database.derby;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.process.OpenFiles;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The files of a database, and what they say of who has it open. Nothing of it is opened that Derby locks. */
final class DatabaseFolder {
    /** Is there while a process has the database open, and after a crash. */
    static final String LOCK = "db.lck";

    /** Locked by that process. */
    private static final String HELD = "dbex.lck";

    private static final String SERVICE = "service.properties";
    private static final String LOG = "log";
    private static final String LOG_DEVICE = "logDevice";

    private final DerbySettings settings;
    private final Path folder;
    private final Path proc;

    /** @param proc where the kernel shows processes, {@code /proc} */
    DatabaseFolder(DerbySettings settings, Path proc) {
        this.settings = settings;
        this.folder = settings.folder();
        this.proc = proc;
    }

    boolean isThere() {
        return Files.isRegularFile(folder.resolve(SERVICE));
    }

    void require() throws BackupException {
        if (!isThere()) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "option data of database " + settings.name() + " can't be \"" + folder + "\": there is no "
                            + SERVICE + " in it",
                    "Give the database's folder, and see that its file system is mounted.");
        }
    }

    /** Whether a process has it open, or had until it died: a clean shutdown removes the lock. */
    boolean isLocked() {
        return Files.exists(folder.resolve(LOCK));
    }

    /** Processes that have it open, as far as the kernel shows them to this user. */
    List<Long> holders() throws IOException {
        return holders(folder, proc);
    }

    /** As {@link #holders()}, of any database folder. */
    static List<Long> holders(Path folder, Path proc) throws IOException {
        return new OpenFiles(proc).holders(folder.resolve(HELD));
    }

    /** The folder, and its journals where they are kept elsewhere. */
    List<DatabaseComponent> components() throws IOException {
        require();
        List<DatabaseComponent> components = new ArrayList<>();
        components.add(
                new DatabaseComponent("database folder", Kind.DATA, folder, List.of(LOCK, HELD), List.of("tmp")));
        Properties service = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(SERVICE), StandardCharsets.ISO_8859_1)) {
            service.load(reader);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(folder.resolve(SERVICE) + " is no file of properties", malformed);
        }
        String elsewhere = service.getProperty(LOG_DEVICE);
        if (elsewhere != null && !elsewhere.isBlank()) {
            Path log = Path.of(elsewhere).resolve(LOG);
            if (!log.startsWith(folder)) {
                components.add(new DatabaseComponent("journals", Kind.JOURNAL, log, List.of()));
            }
        }
        return List.copyOf(components);
    }
}
