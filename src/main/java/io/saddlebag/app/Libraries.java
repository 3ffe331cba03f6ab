package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.app.config.LibraryConfig;
import io.saddlebag.app.config.RobotConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.library.Library;
import io.saddlebag.library.file.FileLibrary;
import io.saddlebag.library.file.NewLibrary;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The configured libraries. Each is opened, and made if the configuration says so, when it is first used. */
final class Libraries implements Closeable {
    /** A virtual cartridge warns when this part of it is left. */
    private static final long AFTER_WARNING_SHARE = 16;

    /** ... but no later than this, bytes: labels, filemarks and the blocks under way have to fit. */
    private static final long AFTER_WARNING_LEAST = 2L << 20;

    private final ConfigFile config;
    private final RealLibraries real;
    private final Map<String, Library> open = new TreeMap<>();

    Libraries(ConfigFile config, RealLibraries real) {
        this.config = config;
        this.real = real;
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>(config.node().libraries().keySet());
        names.addAll(real.config().libraries().keySet());
        return names;
    }

    synchronized Library get(String name) throws IOException {
        Library library = open.get(name);
        if (library == null) {
            require(name);
            LibraryConfig virtual = config.node().libraries().get(name);
            library = virtual == null ? real.open(name) : open(name, virtual);
            open.put(name, library);
        }
        return library;
    }

    /** Of the data blocks written there (M5). */
    BlockSize blockSize(String name) throws BackupException {
        require(name);
        LibraryConfig virtual = config.node().libraries().get(name);
        return virtual == null ? real(name).blockSize() : virtual.blockSize();
    }

    /** How long a job waits there for an operator to bring a volume (M15). */
    Duration patience(String name) throws BackupException {
        require(name);
        LibraryConfig virtual = config.node().libraries().get(name);
        return virtual == null ? real(name).patience() : virtual.patience();
    }

    private RobotConfig real(String name) {
        return Objects.requireNonNull(real.config().libraries().get(name));
    }

    void require(String name) throws BackupException {
        if (!names().contains(name)) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "there is no library '" + name + "' in " + ConfigFile.PLACE + " or " + DevicesFile.PLACE + "; there "
                            + (names().isEmpty() ? "is none" : "are " + String.join(", ", names())),
                    "Name one of those, or add it to the configuration.");
        }
    }

    private FileLibrary open(String name, LibraryConfig found) throws IOException {
        var folder = config.resolve(found.folder());
        LibraryConfig.@Nullable Create create = found.create();
        if (create == null) {
            return FileLibrary.open(folder);
        }
        return FileLibrary.openOrCreate(folder, wanted(name, create));
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
        for (Library library : open.values()) {
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
