package io.saddlebag.tape.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A lock file that one holder at a time has, across all processes of this machine; the operating system releases it when
 * the process dies, however it dies (M19). Held by a file of its own, since the lock would be lost with any close of the
 * file by this process. The file stays behind, with the number of its last holder's process in it. Thread-safe.
 */
public final class ProcessLock implements Closeable {
    /**
     * The operating system's locks belong to the whole process, so that what this process holds is known process-wide:
     * merely opening and closing a lock file that another part of this process holds would release it.
     */
    private static final ConcurrentHashMap<Path, Semaphore> HELD_HERE = new ConcurrentHashMap<>();

    private static final int LONGEST_PID = 20;

    private final Semaphore permit;
    private final FileChannel channel;
    private boolean open = true;

    private ProcessLock(Semaphore permit, FileChannel channel) {
        this.permit = permit;
        this.channel = channel;
    }

    /** Takes the lock at once, or not at all. The folder must exist. */
    public static Optional<ProcessLock> tryTake(Path file) throws IOException {
        Semaphore permit = permit(file);
        if (!permit.tryAcquire()) {
            return Optional.empty();
        }
        return Optional.ofNullable(lock(permit, file, Patience.NONE));
    }

    /**
     * Takes the lock as soon as nobody else has it.
     *
     * @throws InterruptedException when this thread is asked to stop while it waits for another thread
     */
    public static ProcessLock take(Path file) throws IOException, InterruptedException {
        Semaphore permit = permit(file);
        permit.acquire();
        ProcessLock lock = lock(permit, file, Patience.ENDLESS);
        if (lock == null) {
            throw new IllegalStateException("waited for " + file + " and did not get it");
        }
        return lock;
    }

    /** Who has the lock or had it last, for messages: {@code this process}, {@code process 4711}. */
    public static String holder(Path file) {
        if (permit(file).availablePermits() == 0) {
            return "this process";
        }
        try {
            String pid = Files.readString(file).strip();
            return pid.matches("\\d{1," + LONGEST_PID + "}") ? "process " + pid : "another process";
        } catch (IOException e) {
            // only the name of the holder is lost
            return "another process";
        }
    }

    /** Gives the lock back; no effect the second time. */
    @Override
    public synchronized void close() throws IOException {
        if (open) {
            open = false;
            try {
                channel.close();
            } finally {
                permit.release();
            }
        }
    }

    private enum Patience {
        NONE,
        ENDLESS
    }

    private static Semaphore permit(Path file) {
        return HELD_HERE.computeIfAbsent(canonical(file), f -> new Semaphore(1));
    }

    private static Path canonical(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        try {
            return parent == null || name == null
                    ? absolute
                    : parent.toRealPath().resolve(name);
        } catch (IOException e) {
            // no such folder: opening the file will say so better
            return absolute;
        }
    }

    private static @Nullable ProcessLock lock(Semaphore permit, Path file, Patience patience) throws IOException {
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = patience == Patience.ENDLESS ? channel.lock() : channel.tryLock();
            if (lock == null) {
                return null;
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            taken = true;
            return new ProcessLock(permit, channel);
        } finally {
            if (!taken) {
                try {
                    if (channel != null) {
                        channel.close();
                    }
                } finally {
                    permit.release();
                }
            }
        }
    }
}
