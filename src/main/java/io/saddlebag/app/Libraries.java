package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.LibraryConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.library.file.FileLibrary;
import io.saddlebag.library.file.NewLibrary;
import io.saddlebag.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The configured libraries. Each is opened, and made if the configuration says so, when it is first used. */
final class Libraries implements Closeable {
    /** A virtual cartridge warns when this part of it is left. */
    private static final long AFTER_WARNING_SHARE = 16;

    /** ... but no later than this, bytes: labels, filemarks and the blocks under way have to fit. */
    private static final long AFTER_WARNING_LEAST = 2L << 20;

    private final ConfigFile config;
    private final Executor workers;
    private final Map<String, FileLibrary> open = new TreeMap<>();

    Libraries(ConfigFile config, Executor workers) {
        this.config = config;
        this.workers = workers;
    }

    Set<String> names() {
        return new TreeSet<>(config.node().libraries().keySet());
    }

    synchronized FileLibrary get(String name) throws IOException {
        FileLibrary library = open.get(name);
        if (library == null) {
            library = open(name, config(name));
            open.put(name, library);
        }
        return library;
    }

    LibraryConfig config(String name) throws BackupException {
        LibraryConfig found = config.node().libraries().get(name);
        if (found == null) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "there is no library '" + name + "' in " + ConfigFile.PLACE + "; there "
                            + (names().isEmpty() ? "is none" : "are " + String.join(", ", names())),
                    "Name one of those, or add it to the configuration.");
        }
        return found;
    }

    private FileLibrary open(String name, LibraryConfig found) throws IOException {
        var folder = config.resolve(found.folder());
        LibraryConfig.@Nullable Create create = found.create();
        if (create == null) {
            return FileLibrary.open(folder, workers);
        }
        return FileLibrary.openOrCreate(folder, wanted(name, create), workers);
    }

    private static NewLibrary wanted(String name, LibraryConfig.Create create) throws BackupException {
        ByteCount kept = ByteCount.of(Math.min(
                create.capacity().bytes() / 2,
                Math.max(AFTER_WARNING_LEAST, create.capacity().bytes() / AFTER_WARNING_SHARE)));
        try {
            // all at once: any of them is checked against the others
            return new NewLibrary(
                    name,
                    create.slots(),
                    create.drives(),
                    create.mailSlots(),
                    create.cartridges(),
                    create.barcodes(),
                    create.capacity(),
                    kept);
        } catch (IllegalArgumentException e) {
            throw new BackupException(
                    ConfigFault.MALFORMED,
                    ConfigFile.PLACE + ": libraries." + name + ".create: " + e.getMessage(),
                    "Mend that option and start again.",
                    e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        @Nullable IOException first = null;
        for (FileLibrary library : open.values()) {
            try {
                library.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        open.clear();
        if (first != null) {
            throw first;
        }
    }
}
