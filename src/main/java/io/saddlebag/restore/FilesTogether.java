package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One batch of a {@link DurableBatch}. Handed from thread to thread; its files may be made by several at a time. */
final class FilesTogether {
    private final HostFiles files;
    private final Deque<DurableBatch.Step> steps = new ArrayDeque<>();
    private final Deque<Unnamed> unnamed = new ArrayDeque<>();
    private final Set<Path> places = new HashSet<>();
    private final Map<Long, Path> fileSystems = new HashMap<>();
    /** A file that is alone is forced by itself; of several no descriptor is kept. */
    private @Nullable NewFile onlyOpen;

    private long bytes;
    private boolean alone;

    FilesTogether(HostFiles files) {
        this.files = files;
    }

    /** A file that was made, or is to be, and has no name yet. */
    static final class Unnamed {
        private final DurableBatch.@Nullable Making making;
        private @Nullable NewFile file;

        private Unnamed(DurableBatch.@Nullable Making making, @Nullable NewFile file) {
            this.making = making;
            this.file = file;
        }

        void make() throws IOException {
            file = Objects.requireNonNull(making).make();
        }

        /** Keeps no descriptor of it. */
        void seal() throws IOException {
            Objects.requireNonNull(file).seal();
        }
    }

    boolean isEmpty() {
        return unnamed.isEmpty();
    }

    int files() {
        return unnamed.size();
    }

    int steps() {
        return steps.size();
    }

    long bytes() {
        return bytes;
    }

    boolean holds(Path place) {
        return places.contains(place);
    }

    void add(NewFile file, Path place, long lengthBytes, DurableBatch.Step before, DurableBatch.Step after)
            throws IOException {
        NewFile first = onlyOpen;
        boolean isFirst = unnamed.isEmpty();
        onlyOpen = isFirst ? file : null;
        add(new Unnamed(null, file), place, lengthBytes, before, after);
        if (first != null) {
            first.seal();
        }
        if (!isFirst) {
            file.seal();
        }
    }

    /** @return for making it */
    Unnamed add(
            DurableBatch.Making making,
            Path place,
            long lengthBytes,
            DurableBatch.Step before,
            DurableBatch.Step after) {
        Unnamed file = new Unnamed(making, null);
        add(file, place, lengthBytes, before, after);
        return file;
    }

    private void add(Unnamed added, Path place, long lengthBytes, DurableBatch.Step before, DurableBatch.Step after) {
        unnamed.add(added);
        places.add(place);
        bytes += lengthBytes;
        steps.add(() -> {
            NewFile file = Objects.requireNonNull(added.file);
            before.run();
            if (alone) {
                file.replace();
            } else {
                file.replaceUnsynced();
            }
            after.run();
            file.close();
            unnamed.remove();
        });
    }

    void then(DurableBatch.Step step) {
        steps.add(step);
    }

    void writesTo(long device, Path folder) {
        fileSystems.putIfAbsent(device, folder);
    }

    /** Makes the contents durable and gives the names; all files are made. */
    void nameAll() throws IOException {
        alone = unnamed.size() == 1;
        if (unnamed.size() > 1) {
            for (Path each : fileSystems.values()) {
                files.syncFileSystem(each);
            }
        }
        while (!steps.isEmpty()) {
            steps.element().run();
            steps.remove();
        }
    }

    /** Removes what was made and has no name. */
    void giveUp() throws IOException {
        steps.clear();
        IOException failure = null;
        for (Unnamed each : unnamed) {
            NewFile left = each.file;
            try {
                if (left != null) {
                    left.close();
                }
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        unnamed.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
