package io.saddlebag.snapshot.freeze;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.SnapshotFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Freezes several file systems at once for as short as can be. One use. */
final class Freeze implements AutoCloseable {
    /** What may happen between the arming of the guards and the freeze, such as that of a database. */
    static final Duration PREPARATION = Duration.ofMinutes(2);

    private final Posix posix;
    private final Watchdog watchdog;
    private final Waiter waiter;
    private final Duration longest;
    private final Deque<QuiesceLease> leases = new ArrayDeque<>();
    private final List<FrozenLayer> layers = new ArrayList<>();
    private final Deque<Path> frozen = new ArrayDeque<>();

    Freeze(Posix posix, Watchdog watchdog, Waiter waiter, Duration longest) {
        this.posix = posix;
        this.watchdog = watchdog;
        this.waiter = waiter;
        this.longest = longest;
    }

    /** What is done while nobody writes; it must not write to a frozen file system itself. */
    interface Meanwhile {
        void run() throws IOException;
    }

    /** Has a guard for each; from now on {@link #close} is to be called. */
    void arm(String id, List<FrozenLayer> layers) throws IOException {
        for (FrozenLayer layer : layers) {
            leases.push(arm(id, layer.mount().path()));
            this.layers.add(layer);
        }
        for (FrozenLayer layer : layers) {
            // what was written while the guards got ready would else be written out within the freeze
            posix.syncFileSystem(layer.mount().path());
        }
    }

    /**
     * Freezes, runs and thaws.
     *
     * @return from before the first freeze until after the last thaw
     * @throws BackupException {@link SnapshotFault#FAILED} when a guard thawed before, so that what was done isn't
     *     consistent
     */
    Duration hold(String id, Meanwhile meanwhile) throws IOException {
        @Nullable IOException failure = null;
        Duration took = Duration.ZERO;
        try {
            for (QuiesceLease lease : leases) {
                // however long it took until here
                lease.renew(longest);
            }
            long start = waiter.nanos();
            try {
                for (FrozenLayer layer : layers) {
                    posix.freeze(layer.mount().path());
                    frozen.push(layer.mount().path());
                }
                meanwhile.run();
            } catch (IOException e) {
                failure = e;
            } finally {
                failure = thaw(failure);
            }
            took = Duration.ofNanos(waiter.nanos() - start);
        } catch (IOException e) {
            failure = join(failure, e);
        } finally {
            failure = endLeases(id, failure);
        }
        if (failure != null) {
            throw failure;
        }
        if (took.compareTo(longest) > 0) {
            throw tooLong(id, "the freeze took " + took + ", longer than " + longest);
        }
        return took;
    }

    /** Gives the guards back whose file systems were never frozen. */
    @Override
    public void close() throws IOException {
        @Nullable IOException failure = null;
        while (!leases.isEmpty()) {
            try {
                boolean unused = leases.pop().release();
            } catch (IOException e) {
                failure = join(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private QuiesceLease arm(String id, Path mountPoint) throws IOException {
        try {
            return watchdog.arm(
                    "freeze of " + mountPoint + " for snapshot " + id,
                    new Watchdog.Action(
                            FreezeSnapshots.THAW_ACTION, Map.of(FreezeSnapshots.MOUNT_POINT, mountPoint.toString())),
                    longest.plus(PREPARATION));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException(
                    SnapshotFault.FAILED,
                    "snapshot " + id + " was not made: asked to stop before " + mountPoint + " was frozen",
                    "Repeat it.",
                    e);
        }
    }

    /** Each is tried, whatever happens to the others. */
    private @Nullable IOException thaw(@Nullable IOException before) {
        IOException failure = before;
        while (!frozen.isEmpty()) {
            try {
                posix.thaw(frozen.pop());
            } catch (IOException e) {
                failure = join(failure, e);
            }
        }
        return failure;
    }

    private @Nullable IOException endLeases(String id, @Nullable IOException before) {
        IOException failure = before;
        while (!leases.isEmpty()) {
            try (QuiesceLease lease = leases.pop()) {
                // after a failure the guard looks once more: it thaws what may have stayed frozen
                if (failure == null && !lease.release()) {
                    failure = tooLong(id, "its guard had thawed before the view was complete");
                }
            } catch (IOException e) {
                failure = join(failure, e);
            }
        }
        return failure;
    }

    private BackupException tooLong(String id, String reason) {
        return new BackupException(
                SnapshotFault.FAILED,
                "snapshot " + id + " is not consistent: " + reason,
                "Repeat when less is written, or allow a longer freeze than " + longest + ".");
    }

    private static IOException join(@Nullable IOException first, IOException second) {
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }
}
