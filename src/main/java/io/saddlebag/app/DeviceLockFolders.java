package io.saddlebag.app;

import io.saddlebag.host.DeviceLocks;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.file.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock file for each device in each of some folders: the node's own, and one that all nodes of this machine share. All of
 * a device's locks are held, or none.
 */
final class DeviceLockFolders implements DeviceLocks {
    private static final Path USUAL = Path.of("/run/lock");

    private static final Logger LOG = LoggerFactory.getLogger(DeviceLockFolders.class);
    /** Folders that this process has complained about. */
    private static final Set<Path> WARNED = ConcurrentHashMap.newKeySet();

    private final List<Path> folders;

    DeviceLockFolders(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * @param shared null for the usual folder, which a user without rights there does without: a warning says so, once a process
     */
    static DeviceLockFolders of(Path state, @Nullable Path shared) {
        return of(state, shared, USUAL, LOG::warn);
    }

    static DeviceLockFolders of(Path state, @Nullable Path shared, Path usual, Consumer<String> warnings) {
        List<Path> folders = new ArrayList<>(List.of(state.resolve("devices")));
        if (shared != null) {
            folders.add(shared);
        } else if (Files.isWritable(usual)) {
            folders.add(usual.resolve("saddlebag"));
        } else if (WARNED.add(usual)) {
            warnings.accept(unshared(usual.resolve("saddlebag"), null).getMessage());
        }
        return new DeviceLockFolders(folders);
    }

    private static LibraryException unshared(Path folder, @Nullable IOException cause) {
        return new LibraryException(
                LibraryFault.NO_SHARED_LOCKS,
                "drives can't be locked in " + folder + ", where all nodes of this machine look"
                        + (cause == null ? "" : ": " + cause),
                "Let this user write there, or name a folder for all nodes with sharedLocks in config/devices.yaml.",
                cause);
    }

    /**
     * What all processes have in common that see these locks, and, but for a coincidence of names, no others: the machine and
     * the folder that most of them share.
     */
    String scope() {
        return MachineName.identity() + " "
                + folders.get(folders.size() - 1).toAbsolutePath().normalize();
    }

    @Override
    public Optional<Held> tryTake(String device) throws IOException {
        List<ProcessLock> held = new ArrayList<>();
        boolean all = false;
        try {
            for (Path folder : folders) {
                Optional<ProcessLock> lock = ProcessLock.tryTake(file(folder, device));
                if (lock.isEmpty()) {
                    return Optional.empty();
                }
                held.add(lock.get());
            }
            all = true;
            return Optional.of(() -> release(held));
        } finally {
            if (!all) {
                release(held);
            }
        }
    }

    @Override
    public Held take(String device) throws IOException, InterruptedException {
        List<ProcessLock> held = new ArrayList<>();
        boolean all = false;
        try {
            // always in this order, so that two nodes don't wait for each other
            for (Path folder : folders) {
                held.add(ProcessLock.take(file(folder, device)));
            }
            all = true;
            return () -> release(held);
        } finally {
            if (!all) {
                release(held);
            }
        }
    }

    @Override
    public String holder(String device) {
        String last = "another process";
        for (Path folder : folders) {
            last = ProcessLock.holder(folder.resolve(name(device)));
            if (last.equals("this process")) {
                return last;
            }
        }
        return last;
    }

    private static Path file(Path folder, String device) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unshared(folder, e);
        }
        return folder.resolve(name(device));
    }

    /** Serial numbers are printable, but not always fit for a file's name. */
    private static String name(String device) {
        StringBuilder name = new StringBuilder();
        device.chars().forEach(c -> {
            boolean plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
            name.append(plain ? String.valueOf((char) c) : String.format("_%x_", c));
        });
        return name + ".lock";
    }

    private static void release(List<ProcessLock> held) throws IOException {
        IOException first = null;
        for (ProcessLock lock : held) {
            try {
                lock.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
