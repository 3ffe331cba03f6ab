package io.saddlebag.snapshot.freeze;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.TreeCopy;
import io.saddlebag.snapshot.TreeSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Copies trees out of frozen file systems, as long as they are small and time is left. Nothing here writes to where it reads, or
 * waits for a disk to have written: a frozen file system leaves access times alone (touch_atime gives up where it would
 * have to wait), and nobody needs the copy to be durable. Close it when the file systems are thawed. One use, one thread.
 */
final class SmallCopy implements TreeCopy.Maker, AutoCloseable {
    /** Between two looks at the clock. */
    private static final int PIECE_BYTES = 1 << 20;

    /** Zeros of this length, and at such a place, become a hole. */
    private static final int BLOCK_BYTES = 4096;

    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Posix posix;
    private final HostFiles files;
    private final long limitBytes;
    private final Deadline deadline;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final List<SeekableByteChannel> keptOpen = new ArrayList<>();
    private long bytes;
    private boolean keepsOpen;

    /**
     * @param limitBytes of all trees together, counted as {@link TreeSize} does
     * @param deadline by which all is copied, or none
     */
    SmallCopy(Posix posix, HostFiles files, long limitBytes, Deadline deadline) {
        this.posix = posix;
        this.files = files;
        this.limitBytes = limitBytes;
        this.deadline = deadline;
    }

    /** @throws BackupException {@link SnapshotFault#NOT_SMALL} when it is too much, or takes too long */
    void copy(SourceTree tree, Path target) throws IOException {
        // XFS of kernels before 6.12 gives back what it reserved behind a file's end when a reader closes it: that is a
        // transaction, which waits for the thaw
        keepsOpen = tree.fileSystem().equals("xfs");
        new TreeCopy(posix, files, tree.mount(), this).copy(tree.path(), target);
    }

    @Override
    public void next(Path source) throws IOException {
        take(TreeSize.NAME_BYTES, source);
    }

    @Override
    public void make(Path source, Path target) throws IOException {
        SeekableByteChannel in = files.openRead(source);
        try (NewFile made = files.create(target)) {
            long length = copy(source, in, made.channel());
            made.setLength(length);
            made.replaceUnsynced();
        } finally {
            if (keepsOpen) {
                keptOpen.add(in);
            } else {
                in.close();
            }
        }
    }

    private long copy(Path source, SeekableByteChannel in, SeekableByteChannel out) throws IOException {
        long length = 0;
        for (int n = fill(in); n > 0; n = fill(in)) {
            take(n, source);
            for (int at = 0; at < n; at += BLOCK_BYTES) {
                int end = Math.min(n, at + BLOCK_BYTES);
                if (!Arrays.equals(piece, at, end, ZEROS, 0, end - at)) {
                    ByteBuffer block = ByteBuffer.wrap(piece, at, end - at);
                    out.position(length + at);
                    while (block.hasRemaining()) {
                        out.write(block);
                    }
                }
            }
            length += n;
        }
        return length;
    }

    private int fill(SeekableByteChannel in) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {}
        return buffer.position();
    }

    private void take(long more, Path at) throws BackupException {
        bytes += more;
        if (bytes > limitBytes) {
            throw notSmall("at " + at + " it was more than " + ByteCount.of(limitBytes)
                    + ", which it was not before: it grew meanwhile");
        }
        if (deadline.passed()) {
            throw notSmall("at " + at + ", with " + ByteCount.of(bytes) + " copied, the time for it was over");
        }
    }

    private static BackupException notSmall(String reason) {
        return new BackupException(
                SnapshotFault.NOT_SMALL,
                "the copy of a frozen file system was given up: " + reason,
                "Repeat when less is written. If it comes again: choose another provider, allow a longer freeze, or raise"
                        + " 'snapshots: freeze: copy' when writing may be held for that long.");
    }

    @Override
    public void close() throws IOException {
        for (SeekableByteChannel channel : keptOpen) {
            channel.close();
        }
    }

    /**
     * What is copied.
     *
     * @param path with its links resolved
     * @param mount through which it is seen
     */
    record SourceTree(Path path, int mount, String fileSystem) {}
}
