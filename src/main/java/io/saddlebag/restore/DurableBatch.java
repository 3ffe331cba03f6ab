package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.OrderedTasks;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Restored files whose contents become durable together, before any of them gets its name: one flush of their file system
 * instead of one a file, which for small files is most of a restore's time. A crash leaves whole files and parts under
 * temporary names, never a file that has its name and not its content. What comes after the files waits for them, in order.
 * Forcing each file after the flush as well would cost a flush of the disk's cache a file on ext4.
 *
 * <p>One thread hands over. Workers make files, and flush and name one batch while the next one is being made; the first failure,
 * in the order of handing over, is told to whoever hands over more, or flushes. Memory: contents of {@link #MOST_PARCELS} parcels.
 */
final class DurableBatch implements Closeable {
    /** Each holds its folder open, and so do those of the batch before; one alone holds itself open, too. */
    private static final int MOST_FILES = 512;

    private static final long MOST_BYTES = 128L << 20;
    /** Steps without files, such as those of folders that stay empty. */
    private static final int MOST_STEPS = 4 * MOST_FILES;

    /** Files that a worker makes at a go; fewer aren't worth a worker. */
    private static final int PARCEL_FILES = 32;

    private static final long PARCEL_BYTES = 1L << 20;
    private static final int MOST_PARCELS = 4;

    private final HostFiles files;
    private final int mostFiles;
    /** Parcels of the current batch. */
    private final OrderedTasks<Boolean> parcels;
    /** The batch before. */
    private final OrderedTasks<Boolean> ending;

    private final List<FilesTogether.Unnamed> parcel = new ArrayList<>();
    private final Set<Path> unsyncedFolders = new LinkedHashSet<>();
    private final Map<Long, Path> unsyncedFileSystems = new HashMap<>();
    private long parcelBytes;
    private FilesTogether current;
    private @Nullable FilesTogether before;
    private @Nullable Path known;

    private DurableBatch(HostFiles files, int mostFiles, Executor workers) {
        this.files = files;
        this.mostFiles = mostFiles;
        this.parcels = new OrderedTasks<>(workers, MOST_PARCELS);
        this.ending = new OrderedTasks<>(workers, 1);
        this.current = new FilesTogether(files);
    }

    /** @param workers at best with threads for this alone; not owned */
    static DurableBatch ofMany(HostFiles files, Executor workers) {
        return new DurableBatch(files, MOST_FILES, workers);
    }

    /** Each file is durable under its name before the next one is taken over; nobody else works for it. */
    static DurableBatch ofOne(HostFiles files) {
        return new DurableBatch(files, 1, Runnable::run);
    }

    /** What is done when all before it have their names; by any thread, one after the other. */
    interface Step {
        void run() throws IOException;
    }

    /** Makes a file with its content and its attributes, or nothing; by any thread. */
    interface Making {
        NewFile make() throws IOException;
    }

    /** Whether an object of that name is still to come. */
    boolean holds(Path place) {
        FilesTogether last = before;
        return current.holds(place) || (last != null && last.holds(place));
    }

    /** When it returns the object of that name has it, and so have all before. */
    void nameIfHeld(Path place) throws IOException {
        if (holds(place)) {
            nameAll();
        }
    }

    /**
     * Takes over a file that has its content and its attributes.
     *
     * @param before right before it gets its name
     * @param after right after
     */
    void add(NewFile file, Path place, long lengthBytes, Step before, Step after) throws IOException {
        current.add(file, place, lengthBytes, before, after);
        learnFileSystem(Objects.requireNonNull(place.getParent()));
        passIfFull();
    }

    /** As {@link #add}, of a small file that is yet to be made. */
    void make(Making making, Path place, long lengthBytes, Step before, Step after) throws IOException {
        parcel.add(current.add(making, place, lengthBytes, before, after));
        parcelBytes += lengthBytes;
        learnFileSystem(Objects.requireNonNull(place.getParent()));
        if (parcel.size() >= PARCEL_FILES || parcelBytes >= PARCEL_BYTES) {
            List<FilesTogether.Unnamed> given = List.copyOf(parcel);
            parcel.clear();
            parcelBytes = 0;
            if (!parcels.hasRoom()) {
                parcels.take();
            }
            parcels.submit(() -> madeAll(given));
        }
        passIfFull();
    }

    private static boolean madeAll(List<FilesTogether.Unnamed> given) throws IOException {
        for (FilesTogether.Unnamed each : given) {
            each.make();
            each.seal();
        }
        return true;
    }

    void then(Step step) throws IOException {
        if (current.isEmpty() && ending.isEmpty()) {
            step.run();
            return;
        }
        current.then(step);
        if (current.steps() >= MOST_STEPS) {
            nameAll();
        }
    }

    /** The folder's names become durable with the next flush. */
    void syncFolder(Path folder) throws IOException {
        if (unsyncedFolders.size() < 2) { // more are flushed with their file systems
            unsyncedFolders.add(folder);
        }
        learnFileSystem(folder);
    }

    /** Another one may be mounted anywhere below the target. */
    private void learnFileSystem(Path inFolder) throws IOException {
        if (!inFolder.equals(known)) {
            known = inFolder;
            long device = files.status(inFolder).key().device();
            current.writesTo(device, inFolder);
            unsyncedFileSystems.put(device, inFolder);
        }
    }

    private void passIfFull() throws IOException {
        if (current.files() < mostFiles && current.bytes() < MOST_BYTES) {
            return;
        }
        if (mostFiles == 1) {
            flush();
            return;
        }
        makeAll();
        awaitEnding();
        FilesTogether full = current;
        before = full;
        begin();
        ending.submit(() -> {
            full.nameAll();
            return true;
        });
    }

    private void begin() {
        current = new FilesTogether(files);
        known = null;
    }

    private void makeAll() throws IOException {
        while (!parcels.isEmpty()) {
            parcels.take();
        }
        for (FilesTogether.Unnamed each : parcel) {
            each.make();
        }
        parcel.clear();
        parcelBytes = 0;
    }

    private void awaitEnding() throws IOException {
        if (!ending.isEmpty()) {
            ending.take();
        }
        before = null;
    }

    /** When it returns, everything that was handed over has its name. */
    private void nameAll() throws IOException {
        makeAll();
        awaitEnding();
        current.nameAll();
        begin();
    }

    /** When it returns, everything that was handed over is durable under its name. */
    void flush() throws IOException {
        nameAll();
        if (unsyncedFolders.size() > 1) {
            for (Path each : unsyncedFileSystems.values()) {
                files.syncFileSystem(each);
            }
        } else {
            for (Path only : unsyncedFolders) {
                files.syncFolder(only);
            }
        }
        unsyncedFolders.clear();
        unsyncedFileSystems.clear();
    }

    /** Gives up what has no name yet, when nobody works on it any more. */
    @Override
    public void close() throws IOException {
        parcels.close();
        ending.close();
        FilesTogether last = before;
        try {
            if (last != null) {
                last.giveUp();
            }
        } finally {
            current.giveUp();
        }
    }
}
