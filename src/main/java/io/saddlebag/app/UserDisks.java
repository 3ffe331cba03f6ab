package io.saddlebag.app;

import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.host.local.UserFiles;
import io.saddlebag.posix.DataRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * Disks whose bytes are read by a process of another user (D5): what it can't open nobody reads here. What a disk is and who uses
 * it is the node's knowledge, and the claim on a device the node's.
 */
final class UserDisks implements Disks {
    private final Disks all;
    private final UserFiles files;

    UserDisks(Disks all, UserFiles files) {
        this.all = all;
        this.files = files;
    }

    @Override
    public DiskStatus status(Path path) throws IOException {
        return all.status(path);
    }

    @Override
    public Path diskOf(Path path) throws IOException {
        return all.diskOf(path);
    }

    @Override
    public ReadableDisk openRead(Path path) throws IOException {
        // the user's first: without the right to read nothing is claimed
        SeekableByteChannel bytes = files.openDisk(all.status(path).path());
        try {
            return new Bytes(path, bytes, bytes.size(), all.openRead(path));
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    @Override
    public List<DataRange> dataRanges(Path path, int limit) throws IOException {
        DiskStatus status = all.status(path);
        return status.kind() == DiskStatus.Kind.FILE
                ? files.dataRanges(status.path(), limit)
                : all.dataRanges(path, limit);
    }

    @Override
    public WritableDisk openWrite(Path device) {
        throw reading();
    }

    @Override
    public NewDisk create(Path file, long sizeBytes) {
        throw reading();
    }

    private static IllegalStateException reading() {
        return new IllegalStateException("these disks are only read");
    }

    /**
     * One that is open.
     *
     * @param claim the node's, of which no byte is read
     */
    private record Bytes(Path path, SeekableByteChannel channel, long sizeBytes, ReadableDisk claim)
            implements ReadableDisk {
        @Override
        public void read(long offsetBytes, ByteBuffer into) throws IOException {
            synchronized (channel) {
                channel.position(offsetBytes);
                while (into.hasRemaining()) {
                    if (channel.read(into) < 0) {
                        throw new EOFException(path + " ends at byte " + channel.position() + ", and had " + sizeBytes);
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            try (claim) {
                channel.close();
            }
        }
    }
}
