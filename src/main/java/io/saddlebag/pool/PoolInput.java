package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteStream;
import io.saddlebag.media.PoolFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One section after the other; the end is reported only when each was as it was written. One thread. */
final class PoolInput extends ByteStream {
    private final FileOpening opening;
    private final Iterator<PoolFile> files;
    private final CRC32C check = new CRC32C();
    private @Nullable PoolFile file;
    private @Nullable InputStream stream;
    private @Nullable ReadableByteChannel channel;
    private long bytes;
    private boolean open = true;

    /** Nothing is opened before the first byte is wanted. */
    PoolInput(FileOpening opening, List<PoolFile> files) {
        this.opening = opening;
        this.files = files.iterator();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        while (true) {
            ReadableByteChannel from = channel;
            if (from == null) {
                if (!files.hasNext()) {
                    return -1;
                }
                from = next(files.next());
            }
            int begin = into.position();
            int got = from.read(into);
            if (got > 0) {
                check.update(into.duplicate().position(begin).limit(begin + got));
                bytes += got;
                return got;
            }
            if (got < 0) {
                requireWhole();
                end();
            }
        }
    }

    private ReadableByteChannel next(PoolFile next) throws IOException {
        file = next;
        bytes = 0;
        check.reset();
        InputStream opened = opening.open(next);
        ReadableByteChannel read = Channels.newChannel(opened);
        stream = opened;
        channel = read;
        return read;
    }

    private void requireWhole() throws IOException {
        PoolFile read = file;
        if (read != null
                && (bytes != read.bytes() || check.getValue() != read.crc32c())
                && !opening.isKnown(read, bytes, check.getValue())) {
            throw new BackupException(
                    PoolFault.DAMAGED,
                    "file " + read.path() + " of pool " + read.pool() + " is not as it was written: " + bytes
                            + " bytes with check " + PoolLabel.hex(check.getValue()) + " were read, and " + read.bytes()
                            + " with " + PoolLabel.hex(read.crc32c()) + " were written",
                    "If another node gave the image other keys, 'saddlebag verify' takes them over; otherwise restore from another"
                            + " backup, and check the disk.");
        }
    }

    private void end() throws IOException {
        InputStream ended = stream;
        stream = null;
        channel = null;
        file = null;
        if (ended != null) {
            ended.close();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        end();
    }
}
