package io.saddlebag.app;

import io.saddlebag.host.DeviceLocks;
import io.saddlebag.tape.file.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock file for each device in each of some folders: the node's own, and one that all nodes of this machine share. All of
 * a device's locks are held, or none.
 */
final class DeviceLockFolders implements DeviceLocks {
    private static final Path USUAL = Path.of("/run/lock");

    private final List<Path> folders;

    DeviceLockFolders(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * @param shared null for the usual folder, which a user without rights there does without
     */
    static DeviceLockFolders of(Path state, @Nullable Path shared) {
        List<Path> folders = new ArrayList<>(List.of(state.resolve("devices")));
        if (shared != null) {
            folders.add(shared);
        } else if (Files.isWritable(USUAL)) {
            folders.add(USUAL.resolve("saddlebag"));
        }
        return new DeviceLockFolders(folders);
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
        Files.createDirectories(folder);
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
