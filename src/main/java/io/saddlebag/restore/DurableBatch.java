package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Restored files whose contents become durable together, before any of them gets its name: one flush of their file system
 * instead of one a file, which for small files is most of a restore's time. A crash leaves whole files and parts under
 * temporary names, never a file that has its name and not its content. What comes after the files waits for them, in order.
 * Forcing each file after the flush as well would cost a flush of the disk's cache a file on ext4. One thread.
 */
final class DurableBatch implements Closeable {
    /** Each holds its file open. */
    private static final int MOST_FILES = 512;

    private static final long MOST_BYTES = 128L << 20;

    private final HostFiles files;
    private final int mostFiles;
    private final List<Step> steps = new ArrayList<>();
    private final List<NewFile> written = new ArrayList<>();
    private final Set<Path> places = new HashSet<>();
    private final Set<Path> folders = new LinkedHashSet<>();
    private final Map<Long, Path> fileSystems = new HashMap<>();
    private @Nullable Path known;
    private boolean alone;
    private long bytes;

    private DurableBatch(HostFiles files, int mostFiles) {
        this.files = files;
        this.mostFiles = mostFiles;
    }

    static DurableBatch ofMany(HostFiles files) {
        return new DurableBatch(files, MOST_FILES);
    }

    /** Each file is durable under its name before the next one is taken over. */
    static DurableBatch ofOne(HostFiles files) {
        return new DurableBatch(files, 1);
    }

    /** What is done when all before it have their names. */
    interface Step {
        void run() throws IOException;
    }

    /** Whether an object of that name is still to come. */
    boolean holds(Path place) {
        return places.contains(place);
    }

    void flushIfHeld(Path place) throws IOException {
        if (holds(place)) {
            flush();
        }
    }

    /**
     * Takes over a file that has its content and its attributes.
     *
     * @param before right before it gets its name
     * @param after right after
     */
    void add(NewFile file, Path place, long lengthBytes, Step before, Step after) throws IOException {
        written.add(file);
        places.add(place);
        bytes += lengthBytes;
        learnFileSystem(Objects.requireNonNull(place.getParent()));
        steps.add(() -> {
            before.run();
            if (alone) {
                file.replace();
            } else {
                file.replaceUnsynced();
            }
            after.run();
            file.close();
        });
        if (written.size() >= mostFiles || bytes >= MOST_BYTES) {
            flush();
        }
    }

    void then(Step step) throws IOException {
        if (written.isEmpty()) {
            step.run();
        } else {
            steps.add(step);
        }
    }

    /** The folder's names become durable with the next flush. */
    void syncFolder(Path folder) throws IOException {
        folders.add(folder);
        learnFileSystem(folder);
        if (folders.size() >= MOST_FILES) {
            flush();
        }
    }

    /** Another one may be mounted anywhere below the target. */
    private void learnFileSystem(Path inFolder) throws IOException {
        if (!inFolder.equals(known)) {
            known = inFolder;
            fileSystems.putIfAbsent(files.status(inFolder).key().device(), inFolder);
        }
    }

    /** When it returns, everything that was handed over is durable under its name. */
    void flush() throws IOException {
        alone = written.size() == 1;
        if (written.size() > 1) {
            syncAll();
        }
        for (Step step : List.copyOf(steps)) {
            step.run();
        }
        written.clear();
        steps.clear();
        places.clear();
        bytes = 0;
        if (folders.size() > 1) {
            syncAll();
        } else {
            for (Path only : folders) {
                files.syncFolder(only);
            }
        }
        folders.clear();
        fileSystems.clear();
        known = null;
    }

    private void syncAll() throws IOException {
        for (Path each : fileSystems.values()) {
            files.syncFileSystem(each);
        }
    }

    /** Gives up what has no name yet. */
    @Override
    public void close() throws IOException {
        steps.clear();
        while (!written.isEmpty()) {
            written.remove(written.size() - 1).close();
        }
    }
}
