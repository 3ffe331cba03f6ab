package io.saddlebag.app;

import java.io.IOException;
import java.nio.file.Path;

/** Whether a person is watching. */
final class Terminal {
    private Terminal() {}

    /** {@code System.console()} says yes for pipes, too, on newer Java; the kernel knows what standard error is. */
    static boolean isWatching() {
        try {
            Path standardError = Path.of("/proc/self/fd/2").toRealPath();
            return standardError.startsWith("/dev/pts")
                    || standardError.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            // a pipe or a deleted file has no path
            return false;
        }
    }
}
