package io.saddlebag.disk.local;

import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.fault.BackupException;
import io.saddlebag.posix.DeviceClaim;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file or block device that is written, past the page cache where that can be. Several threads may write and make zeros, in different
 * places.
 */
final class WrittenFile implements WritableDisk {
    private static final int ZEROS_BYTES = 1 << 20;

    private final Posix posix;
    private final Path path;
    private final FileChannel channel;
    private final long sizeBytes;
    private final DeviceClaim claim;
    private final DirectChannel direct;
    private volatile boolean punches = true;

    private WrittenFile(
            Posix posix, Path path, FileChannel channel, DirectChannel direct, long sizeBytes, DeviceClaim claim) {
        this.posix = posix;
        this.path = path;
        this.channel = channel;
        this.direct = direct;
        this.sizeBytes = sizeBytes;
        this.claim = claim;
    }

    /** @param claim given up when it is closed, or can't be opened */
    static WrittenFile open(Posix posix, Path path, DeviceClaim claim) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
            try {
                return new WrittenFile(
                        posix,
                        path,
                        channel,
                        DirectChannel.open(path, StandardOpenOption.WRITE),
                        channel.size(),
                        claim);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            claim.close();
            throw e;
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void write(long offsetBytes, ByteBuffer bytes) throws IOException {
        requireWithin(offsetBytes, bytes.remaining());
        long at = offsetBytes + direct.write(bytes, offsetBytes);
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw failed("writing " + path + " at byte " + at, e);
        }
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) throws IOException {
        requireWithin(offsetBytes, lengthBytes);
        if (lengthBytes > 0 && !punch(offsetBytes, lengthBytes)) {
            ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZEROS_BYTES, lengthBytes));
            for (long done = 0; done < lengthBytes; done += zeros.limit()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), lengthBytes - done));
                write(offsetBytes + done, zeros);
            }
        }
    }

    private boolean punch(long offsetBytes, long lengthBytes) throws IOException {
        if (!punches) {
            return false;
        }
        try {
            posix.punchHole(path, offsetBytes, lengthBytes);
            return true;
        } catch (PosixException e) {
            // EINVAL: no whole sectors
            if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EINVAL) {
                throw failed("making zeros of " + lengthBytes + " bytes of " + path + " at " + offsetBytes, e);
            }
            punches = e.errno() == Errno.EINVAL;
            return false;
        }
    }

    private void requireWithin(long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > sizeBytes - offsetBytes) {
            throw new IllegalArgumentException(
                    lengthBytes + " bytes at " + offsetBytes + " of " + path + ", which has " + sizeBytes);
        }
    }

    @Override
    public void sync() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw failed("making " + path + " durable", e);
        }
    }

    private static IOException failed(String what, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return e;
        }
        return new BackupException(
                DiskFault.WRITE_FAILED,
                what + " failed: " + e.getMessage(),
                "Look into the kernel's log, make room or mend the disk, and restore again.",
                e);
    }

    @Override
    public void close() throws IOException {
        try (claim;
                channel) {
            direct.close();
        }
    }
}
