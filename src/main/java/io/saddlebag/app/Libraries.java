package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.app.config.LibraryConfig;
import io.saddlebag.app.config.RobotConfig;
import io.saddlebag.app.config.TimeoutsConfig;
import io.saddlebag.backup.TapeTarget;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.HostReservations;
import io.saddlebag.library.Library;
import io.saddlebag.library.Shelf;
import io.saddlebag.library.file.FileLibrary;
import io.saddlebag.library.file.NewLibrary;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tape.scsi.DriveTimeouts;
import io.saddlebag.volume.Cleaning;
import io.saddlebag.volume.CleaningLibrary;
import io.saddlebag.volume.CleaningLog;
import io.saddlebag.volume.DriveOperations;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured libraries. Each is opened, and made if the configuration says so, when it is first used. */
final class Libraries implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Libraries.class);

    /** A virtual cartridge warns when this part of it is left. */
    private static final long AFTER_WARNING_SHARE = 16;

    /** ... but no later than this, bytes: labels, filemarks and the blocks under way have to fit. */
    private static final long AFTER_WARNING_LEAST = 2L << 20;

    private final ConfigFile config;
    private final RealLibraries real;
    private final CleaningLog cleaningLog;
    private final Executor workers;
    private final Clock clock;
    private final Waiter waiter;
    private final Map<String, Opened> open = new TreeMap<>();

    /** @param workers write the cartridges of virtual libraries */
    Libraries(
            ConfigFile config,
            RealLibraries real,
            CleaningLog cleaningLog,
            Executor workers,
            Clock clock,
            Waiter waiter) {
        this.config = config;
        this.real = real;
        this.cleaningLog = cleaningLog;
        this.workers = workers;
        this.clock = clock;
        this.waiter = waiter;
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>(config.node().libraries().keySet());
        names.addAll(real.config().libraries().keySet());
        return names;
    }

    /** With drives that are cleaned when they ask for it. */
    Library get(String name) throws IOException {
        return opened(name).library();
    }

    DriveOperations drives(String name) throws IOException {
        return opened(name).drives();
    }

    /** Null for a library that takes an operator's hand to be filled. */
    @Nullable
    Shelf shelf(String name) throws IOException {
        return opened(name).plain() instanceof Shelf shelf ? shelf : null;
    }

    /** Null for a library that no other host uses. */
    @Nullable
    HostReservations hostReservations(String name) throws IOException {
        return opened(name).plain() instanceof HostReservations hosts ? hosts : null;
    }

    private record Opened(Library plain, Library library, DriveOperations drives) {}

    private synchronized Opened opened(String name) throws IOException {
        Opened opened = open.get(name);
        if (opened == null) {
            require(name);
            LibraryConfig virtual = config.node().libraries().get(name);
            Library plain = virtual == null ? real.open(name) : open(name, virtual);
            Cleaning cleaning = new Cleaning(plain, cleaningLog, cleaning(name), LOG::warn, clock, waiter);
            opened = new Opened(plain, new CleaningLibrary(plain, cleaning), new DriveOperations(plain, cleaning));
            open.put(name, opened);
        }
        return opened;
    }

    /** Of an image that is written in parts (D6). */
    ByteCount leastPart(String name) throws BackupException {
        require(name);
        return config.node().libraries().containsKey(name) ? ByteCount.of(1) : TapeTarget.LEAST_PART_OF_REAL_DRIVES;
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

    /** How its drives are cleaned (M17). */
    Cleaning.Settings cleaning(String name) throws BackupException {
        require(name);
        if (config.node().libraries().containsKey(name)) {
            return Cleaning.Settings.STANDARD;
        }
        Map<String, Duration> intervals = new TreeMap<>();
        Duration longest = Cleaning.Settings.STANDARD.longest();
        for (String drive : real(name).drives()) {
            DriveConfig configured =
                    Objects.requireNonNull(real.config().drives().get(drive));
            TimeoutsConfig timeouts = configured.timeouts();
            Duration load =
                    timeouts == null ? null : timeouts.timeouts().named().get(DriveTimeouts.Kind.LOAD);
            longest = load != null && load.compareTo(longest) > 0 ? load : longest;
            Duration interval = configured.cleaningInterval();
            if (interval != null) {
                intervals.put(drive, interval);
            }
        }
        return new Cleaning.Settings(real(name).cleaningUses(), intervals, longest);
    }

    private RobotConfig real(String name) {
        return Objects.requireNonNull(real.config().libraries().get(name));
    }

    void require(String name) throws BackupException {
        if (!names().contains(name)) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "there is no library '" + name + "' in " + ConfigFile.PLACE + " or " + DevicesFile.PLACE
                            + "; there " + (names().isEmpty() ? "is none" : "are " + String.join(", ", names())),
                    "Name one of those, or add it to the configuration.");
        }
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
        for (Opened each : open.values()) {
            try (DriveOperations drives = each.drives();
                    Library library = each.library()) {
                LOG.debug("closing library {} with {}", library.name(), drives);
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
