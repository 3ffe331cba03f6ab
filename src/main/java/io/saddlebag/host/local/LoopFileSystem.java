package io.saddlebag.host.local;

import com.github.luben.zstd.ZstdInputStream;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * A file system in a file, mounted beside it: for demonstrations and tests on machines whose own file system can't clone.
 * Needs root, and no {@code mkfs}: it grows an empty one that comes along. One thread.
 */
public final class LoopFileSystem implements AutoCloseable {
    /** The kinds that come along, with what mounts any number of copies at once. */
    public enum Kind {
        BTRFS("btrfs", ""),
        XFS("xfs", "nouuid"),
        EXT4("ext4", "");

        private final String type;
        private final String options;

        Kind(String type, String options) {
            this.type = type;
            this.options = options;
        }

        private String resource() {
            return "empty-" + type + ".img.zst";
        }
    }

    private static final int PIECE = 64 * 1024;
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private final Posix posix;
    private final Path image;
    private final Path mountPoint;

    private LoopFileSystem(Posix posix, Path image) {
        this.posix = posix;
        this.image = image.toAbsolutePath();
        this.mountPoint = this.image.resolveSibling(image.getFileName() + ".mounted");
    }

    /**
     * Makes the image as a sparse file and mounts it.
     *
     * @param image must not exist; the file system is mounted at a folder of the same name with {@code .mounted} behind
     * @param size raised to that of the empty one: 114 MiB for Btrfs, 300 MiB for XFS, 16 MiB for ext4, which stays as it is
     */
    public static LoopFileSystem create(Posix posix, Path image, Kind kind, ByteCount size) throws IOException {
        try {
            long length = unpack(image, kind);
            boolean grows = size.bytes() > length && kind != Kind.EXT4;
            if (kind == Kind.BTRFS) {
                BtrfsIdentity.change(image, UUID.randomUUID());
            }
            if (grows) {
                posix.changeLength(image, size.bytes());
            }
            LoopFileSystem mounted = mount(posix, image, kind);
            try {
                if (grows) {
                    posix.growFileSystem(mounted.mountPoint, size.bytes());
                }
            } catch (IOException e) {
                mounted.close();
                throw e;
            }
            return mounted;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(image);
            throw e;
        }
    }

    /** Mounts an image that {@link #create} made before. */
    public static LoopFileSystem mount(Posix posix, Path image, Kind kind) throws IOException {
        LoopFileSystem fileSystem = new LoopFileSystem(posix, image);
        Files.createDirectories(fileSystem.mountPoint);
        try {
            posix.mountImage(new ImageMount(
                    fileSystem.image, fileSystem.mountPoint, kind.type, ImageMount.Access.READ_WRITE, kind.options));
        } catch (PosixException e) {
            Files.deleteIfExists(fileSystem.mountPoint);
            throw e;
        }
        return fileSystem;
    }

    /** Where it is mounted. */
    public Path path() {
        return mountPoint;
    }

    public Path image() {
        return image;
    }

    /**
     * Unmounts it; the image stays. A process that has just ended, or is about to, may still have something open there for a moment, so that is
     * waited for.
     */
    @Override
    public void close() throws IOException {
        long deadline = System.nanoTime() + PATIENT.toNanos();
        while (!isUnmounted(deadline)) {
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        Files.deleteIfExists(mountPoint);
    }

    private boolean isUnmounted(long deadline) throws PosixException {
        try {
            posix.unmount(mountPoint);
            return true;
        } catch (PosixException e) {
            if (e.errno() != Errno.EBUSY || System.nanoTime() - deadline > 0) {
                throw e;
            }
            return false;
        }
    }

    /** @return the length of the image in bytes */
    private static long unpack(Path image, Kind kind) throws IOException {
        try (InputStream packed = LoopFileSystem.class.getResourceAsStream(kind.resource());
                FileChannel out = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (packed == null) {
                throw new IllegalStateException("not in the program: " + kind.resource());
            }
            ZstdInputStream in = new ZstdInputStream(packed);
            byte[] piece = new byte[PIECE];
            byte[] zeros = new byte[PIECE];
            long at = 0;
            for (int n = in.readNBytes(piece, 0, PIECE); n > 0; n = in.readNBytes(piece, 0, PIECE)) {
                if (!Arrays.equals(piece, 0, n, zeros, 0, n)) {
                    writeFully(out, ByteBuffer.wrap(piece, 0, n), at);
                }
                at += n;
            }
            if (out.size() < at) {
                writeFully(out, ByteBuffer.allocate(1), at - 1);
            }
            return at;
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }
}
