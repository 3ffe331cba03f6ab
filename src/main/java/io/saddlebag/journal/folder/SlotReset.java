package io.saddlebag.journal.folder;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.ResetLoad;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes an empty file of one that held a journal (J15). While it is written over it has another name, under which it is no journal;
 * it gets its own when all of it is durable. A file whose content has further names isn't touched: a new one takes its name (J10).
 */
final class SlotReset {
    /** Behind the name of a file that isn't empty yet. */
    static final String UNDER_WAY = ".reset";

    private static final byte PATTERN = (byte) 0xFF;

    private final HostFiles files;
    private final InPlaceFiles inPlace;
    private final ExecutorService workers;

    SlotReset(HostFiles files, InPlaceFiles inPlace, ExecutorService workers) {
        this.files = files;
        this.inPlace = inPlace;
        this.workers = workers;
    }

    static Path underWay(Path slot) {
        return slot.resolveSibling(slot.getFileName() + UNDER_WAY);
    }

    /** Durable on return. */
    void empty(Path slot, ResetLoad load) throws IOException {
        FileStatus status = files.status(slot);
        Path emptied = underWay(slot);
        if (status.links() > 1) {
            files.delete(emptied);
            fill(emptied, status.sizeBytes(), load);
            files.setOwner(emptied, status.owner().uid(), status.owner().gid());
            files.setMode(emptied, status.mode());
            files.replace(emptied, slot);
            files.syncFolder(folderOf(slot));
        } else {
            files.rename(slot, emptied);
            files.syncFolder(folderOf(slot));
            giveBack(emptied, slot, status.sizeBytes(), load);
        }
    }

    /** Goes on where a process died. Durable on return. */
    void goOn(Path slot, ResetLoad load) throws IOException {
        Path emptied = underWay(slot);
        Optional<FileStatus> status = files.find(emptied);
        if (status.isEmpty()) {
            return;
        }
        if (files.exists(slot)) {
            // a new one that had not taken the name yet; the release begins anew
            files.delete(emptied);
            files.syncFolder(folderOf(slot));
            return;
        }
        if (status.get().links() > 1) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "file " + emptied + ", which is being emptied, has further names",
                    "Take those away, or copy what they are; the next pass goes on.");
        }
        giveBack(emptied, slot, status.get().sizeBytes(), load);
    }

    private void giveBack(Path emptied, Path slot, long bytes, ResetLoad load) throws IOException {
        fill(emptied, bytes, load);
        files.rename(emptied, slot);
        files.syncFolder(folderOf(slot));
    }

    /** So many requests under way at once, each of its own open file; then all of it is durable. */
    private void fill(Path file, long bytes, ResetLoad load) throws IOException {
        // of its full length before anybody writes: lengthening isn't to be left to several
        inPlace.open(file, bytes).close();
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int request = 0; request < load.requests(); request++) {
                int first = request;
                running.add(workers.submit(() -> {
                    write(file, bytes, load, first);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (CancellationException | InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while " + file + " was emptied");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            awaitEnd(running);
        }
    }

    /** Nobody else may write to the file when this one gives up, or a late request would reach whatever is in it then. */
    private static void awaitEnd(List<Future<?>> running) {
        boolean interrupted = false;
        for (Future<?> each : running) {
            for (boolean ended = false; !ended; ) {
                try {
                    each.get();
                    ended = true;
                } catch (ExecutionException | CancellationException e) {
                    ended = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Path file, long bytes, ResetLoad load, int first) throws IOException {
        byte[] pattern = new byte[load.requestBytes()];
        Arrays.fill(pattern, PATTERN);
        try (InPlaceFile out = inPlace.open(file, bytes)) {
            long step = (long) load.requests() * pattern.length;
            for (long at = (long) first * pattern.length; at < bytes; at += step) {
                out.write(ByteBuffer.wrap(pattern, 0, (int) Math.min(pattern.length, bytes - at)), at);
            }
            out.sync();
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        if (cause instanceof IOException e) {
            return e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return new IOException("emptying a journal failed", cause);
    }

    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " is in no folder");
        }
        return folder;
    }
}
