package io.saddlebag.disk.local;

import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import io.saddlebag.posix.DeviceClaim;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file or block device that is read; into buffers that begin where a page does, past the page cache. Several threads may read at once. */
public final class ReadOnlyFile implements ReadableDisk {
    private final Path path;
    private final FileChannel channel;
    private final DirectChannel direct;
    private final long sizeBytes;
    private final DeviceClaim claim;

    private ReadOnlyFile(Path path, FileChannel channel, DirectChannel direct, long sizeBytes, DeviceClaim claim) {
        this.path = path;
        this.channel = channel;
        this.direct = direct;
        this.sizeBytes = sizeBytes;
        this.claim = claim;
    }

    public static ReadOnlyFile open(Path path) throws IOException {
        return open(path, () -> {});
    }

    /** @param claim given up when it is closed, or can't be opened */
    static ReadOnlyFile open(Path path, DeviceClaim claim) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                // of a block device, the device's
                return new ReadOnlyFile(
                        path, channel, DirectChannel.open(path, StandardOpenOption.READ), channel.size(), claim);
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
    public void read(long offsetBytes, ByteBuffer into) throws IOException {
        long at = offsetBytes + direct.read(into, offsetBytes);
        try {
            while (into.hasRemaining()) {
                int n = channel.read(into, at);
                if (n < 0) {
                    throw new EOFException(path + " ends at byte " + at + ", and had " + sizeBytes);
                }
                at += n;
            }
        } catch (ClosedByInterruptException | EOFException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    DiskFault.READ_FAILED,
                    "reading " + path + " failed at byte " + at + ": " + e.getMessage(),
                    "Look into the kernel's log, and mend or copy the disk.",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        try (claim;
                channel) {
            direct.close();
        }
    }
}
