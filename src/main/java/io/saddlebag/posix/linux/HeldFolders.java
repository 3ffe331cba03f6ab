package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.HeldFolder;
import io.saddlebag.posix.PosixException;
import java.nio.file.Path;

/** Folders held by descriptors that can do nothing but lead to what is in them (O_PATH). Thread-safe. */
final class HeldFolders {
    /** A folder that is renamed while the kernel walks makes it give up; then once more (openat2(2), EAGAIN). */
    private static final int ATTEMPTS = 100;

    private static final int EAGAIN = 11;
    private static final int FLAGS = LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;
    // struct open_how: u64 flags, u64 mode, u64 resolve
    private static final int OPEN_HOW_LENGTH = 24;
    private static final int OPEN_HOW_RESOLVE_AT = 16;

    private final Calls calls;
    private volatile boolean walksByItself;

    HeldFolders(Calls calls) {
        this.calls = calls;
    }

    /** Follows links. */
    HeldFolder hold(Path folder) throws PosixException {
        int flags = LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC;
        return new Held(folder, calls.call("open", folder, () -> calls.file.open(Calls.raw(folder), flags, 0)));
    }

    private int beneath(int folder, Path shown, Path below) throws PosixException {
        if (!walksByItself) {
            try {
                return atOnce(folder, shown, below);
            } catch (PosixException e) {
                // a kernel before 5.6, or a container whose filter doesn't know the call
                if (e.errno() != Errno.ENOSYS && e.errno() != Errno.EPERM) {
                    throw e;
                }
                walksByItself = true;
            }
        }
        return stepByStep(folder, shown, below);
    }

    private int atOnce(int folder, Path shown, Path below) throws PosixException {
        byte[] raw = Calls.raw(below);
        try (Memory how = new Memory(OPEN_HOW_LENGTH)) {
            how.clear();
            how.setLong(0, FLAGS);
            how.setLong(OPEN_HOW_RESOLVE_AT, LibC.RESOLVE_BENEATH | LibC.RESOLVE_NO_SYMLINKS);
            for (int attempt = 1; ; attempt++) {
                try {
                    return (int) calls.file.syscall(LibC.SYS_OPENAT2, folder, raw, how, OPEN_HOW_LENGTH);
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != EAGAIN || attempt == ATTEMPTS) {
                        PosixException failure = new PosixException(
                                "openat2", shown.resolve(below).toString(), e.getErrorCode());
                        failure.initCause(e);
                        throw failure;
                    }
                }
            }
        }
    }

    private int stepByStep(int folder, Path shown, Path below) throws PosixException {
        int at = folder;
        for (Path name : below) {
            int from = at;
            try {
                at = calls.call(
                        "openat", shown.resolve(below), () -> calls.file.openat(from, Calls.raw(name), FLAGS, 0));
            } finally {
                if (from != folder) {
                    calls.close(from);
                }
            }
        }
        return at;
    }

    private final class Held implements HeldFolder {
        private final Path shown;
        private final int fd;
        private boolean closed;

        Held(Path shown, int fd) {
            this.shown = shown;
            this.fd = fd;
        }

        @Override
        public Path path() {
            return Path.of("/proc/self/fd/" + fd);
        }

        @Override
        public HeldFolder hold(Path below) throws PosixException {
            Path way = below.toString().isEmpty() ? Path.of(".") : below;
            return new Held(shown.resolve(below), beneath(fd, shown, way));
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                calls.close(fd);
            }
        }
    }
}
