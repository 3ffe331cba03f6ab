package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Calls that say on which path they failed. Thread-safe. */
final class Calls {
    final LibC c;
    final FileCalls file = new FileCalls();

    Calls(LibC c) {
        this.c = c;
    }

    /** One call that reports its failure through errno. */
    interface Call<T> {
        T make() throws LastErrorException;
    }

    /** What is done with an open file. */
    interface Use<T> {
        T with(int fd) throws PosixException;
    }

    <T> T call(String name, Path path, Call<T> call) throws PosixException {
        try {
            return call.make();
        } catch (LastErrorException e) {
            PosixException failure = new PosixException(name, path.toString(), e.getErrorCode());
            failure.initCause(e);
            throw failure;
        }
    }

    <T> T open(Path path, int flags, Use<T> use) throws PosixException {
        byte[] raw = raw(path);
        int fd = call("open", path, () -> file.open(raw, flags | LibC.O_CLOEXEC, 0));
        try {
            return use.with(fd);
        } finally {
            close(fd);
        }
    }

    <T> T openFolder(Path path, Use<T> use) throws PosixException {
        return open(path, LibC.O_RDONLY | LibC.O_DIRECTORY, use);
    }

    int ioctl(String name, Path path, int fd, long request, Object... argument) throws PosixException {
        return call("ioctl " + name, path, () -> c.ioctl(fd, new NativeLong(request), argument));
    }

    int ioctl(String name, Path path, int fd, long request, int[] argument) throws PosixException {
        return call("ioctl " + name, path, () -> file.ioctl(fd, request, argument));
    }

    /** Nothing is ever lost by a failed close here: these descriptors carry no written data. */
    void close(int fd) {
        try {
            file.close(fd);
        } catch (LastErrorException e) {
            return;
        }
    }

    static byte[] raw(Path path) {
        byte[] bytes = RawPath.bytes(path);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    static byte[] raw(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
