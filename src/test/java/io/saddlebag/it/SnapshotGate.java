package io.saddlebag.it;

import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * Where a node of another process is held right before it takes a snapshot, so that what happens to it then happens while its source is
 * frozen, however short the freeze would be.
 *
 * @param folder by which the processes tell each other; on no file system that is frozen
 */
record SnapshotGate(Path folder) {
    private static final String CLOSED = "closed";
    private static final String REACHED = "reached";
    /** Whether there can be snapshots is tried out before anything is frozen. */
    private static final String TRIAL = "-trial";
    /** Of a frozen layer's file; other files are cloned to try that out. */
    private static final String CLONE = ".img";

    static SnapshotGate in(Path folder) throws IOException {
        return new SnapshotGate(Files.createDirectories(folder));
    }

    /** From now on nodes are held. */
    void close() throws IOException {
        Files.deleteIfExists(folder.resolve(REACHED));
        Files.writeString(folder.resolve(CLOSED), "");
    }

    /** Lets nodes go on, also those that come later. */
    void open() throws IOException {
        Files.deleteIfExists(folder.resolve(CLOSED));
    }

    /** Until a node is held. */
    void awaitReached(String of, Future<Said> said) throws Exception {
        awaitReached(of, said, Site.PATIENT);
    }

    /** The same, where more than one guard has to start before. */
    void awaitReached(String of, Future<Said> said, Duration limit) throws Exception {
        Until.holds(of + ": gets to its snapshot", limit, () -> {
            if (said.isDone()) {
                throw new AssertionError(of + ": ended before its snapshot, " + said.get());
            }
            return Files.exists(folder.resolve(REACHED));
        });
    }

    /** The machine's system calls for the node, held at the snapshots of {@code btrfs} and {@code freeze}. */
    Posix guarding() {
        Posix machine = new LinuxPosix();
        return (Posix) Proxy.newProxyInstance(
                Posix.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, call, with) -> {
                    if (takes(call, with)) {
                        hold();
                    }
                    try {
                        return call.invoke(machine, with);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean takes(Method call, Object[] with) {
        return switch (call.getName()) {
            case "snapshotSubvolume" -> !with[1].toString().contains(TRIAL);
            case "cloneFile" -> with[1].toString().endsWith(CLONE);
            default -> false;
        };
    }

    private void hold() throws IOException {
        while (Files.exists(folder.resolve(CLOSED))) {
            if (!Files.exists(folder.resolve(REACHED))) {
                Files.writeString(folder.resolve(REACHED), "");
            }
            Until.passed(1);
        }
    }
}
