package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.WritableFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A file by its descriptor. */
final class OpenFile implements WritableFile {
    private static final int EINTR = 4;
    private static final int PIECE_BYTES = 256 * 1024;

    /** The kernel takes bytes from outside the heap; one such piece a thread that writes. */
    private static final ThreadLocal<Memory> PIECE = ThreadLocal.withInitial(() -> new Memory(PIECE_BYTES));

    private final Calls calls;
    private final Path path;
    private final int fd;
    private boolean closed;

    OpenFile(Calls calls, Path path, int fd) {
        this.calls = calls;
        this.path = path;
        this.fd = fd;
    }

    @Override
    public int write(ByteBuffer source, long offsetBytes) throws PosixException {
        int length = Math.min(source.remaining(), PIECE_BYTES);
        Memory piece = PIECE.get();
        piece.getByteBuffer(0, length).put(source.slice(source.position(), length));
        int written = call("pwrite", () -> {
            while (true) {
                try {
                    return (int) calls.file.pwrite(fd, piece, length, offsetBytes);
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != EINTR) {
                        throw e;
                    }
                }
            }
        });
        source.position(source.position() + written);
        return written;
    }

    @Override
    public long lengthBytes() throws PosixException {
        return call("lseek", () -> calls.file.lseek(fd, 0, LibC.SEEK_END));
    }

    @Override
    public void changeLength(long lengthBytes) throws PosixException {
        call("ftruncate", () -> calls.file.ftruncate(fd, lengthBytes));
    }

    @Override
    public void changeOwner(int uid, int gid) throws PosixException {
        call("fchown", () -> calls.file.fchown(fd, uid, gid));
    }

    @Override
    public void changeMode(int mode) throws PosixException {
        call("fchmod", () -> calls.file.fchmod(fd, mode));
    }

    @Override
    public void changeTimes(Instant accessed, Instant modified) throws PosixException {
        long[] times = {accessed.getEpochSecond(), accessed.getNano(), modified.getEpochSecond(), modified.getNano()};
        call("futimens", () -> calls.file.futimens(fd, times));
    }

    @Override
    public List<String> extendedAttributes() throws PosixException {
        return AttributeNames.listed(
                () -> call("flistxattr", () -> calls.file.flistxattr(fd, null, 0)),
                names -> call("flistxattr", () -> calls.file.flistxattr(fd, names, names.length)));
    }

    @Override
    public void setExtendedAttribute(String name, byte[] value) throws PosixException {
        call("fsetxattr " + name, () -> calls.file.fsetxattr(fd, Calls.raw(name), value, value.length, 0));
    }

    @Override
    public void removeExtendedAttribute(String name) throws PosixException {
        try {
            call("fremovexattr " + name, () -> calls.file.fremovexattr(fd, Calls.raw(name)));
        } catch (PosixException e) {
            if (e.errno() != Errno.ENODATA) {
                throw e;
            }
        }
    }

    @Override
    public void force() throws PosixException {
        call("fsync", () -> calls.file.fsync(fd));
    }

    @Override
    public void close() throws PosixException {
        if (!closed) {
            closed = true; // whatever it says, the descriptor is gone (close(2))
            call("close", () -> calls.file.close(fd));
        }
    }

    private <T> T call(String name, Calls.Call<T> call) throws PosixException {
        if (closed && !name.equals("close")) {
            throw new IllegalStateException("closed before: " + path);
        }
        return calls.call(name, path, call);
    }
}
