package io.saddlebag.lease.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Linux's control groups (version 2): all processes of a service are in one, and are ended with it at once, by {@code systemctl
 * kill}, by a container's end or for lack of memory. Sessions and process groups don't protect from that.
 */
final class ControlGroup {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final String OWN = "saddlebag";
    private static final int MOUNT_POINT = 4;

    private ControlGroup() {}

    /**
     * Moves this process to a group of its own beside all services. Without the right to do that, or without such groups, it
     * stays where it is: it is as well protected then as its guard.
     *
     * @return whether it is there
     */
    static boolean leave() {
        try {
            Optional<Path> root = root();
            if (root.isEmpty()) {
                return false;
            }
            Path own = root.get().resolve(OWN);
            if (!Files.isDirectory(own)) {
                Files.createDirectories(own);
            }
            // 0 is who writes it
            Files.writeString(own.resolve("cgroup.procs"), "0");
            return true;
        } catch (IOException notAllowed) {
            return false;
        }
    }

    private static Optional<Path> root() throws IOException {
        if (!Files.isReadable(MOUNTS)) {
            return Optional.empty();
        }
        List<String> mounts = Files.readAllLines(MOUNTS);
        return mounts.stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> Path.of(line.split(" ")[MOUNT_POINT]))
                .findFirst();
    }
}
