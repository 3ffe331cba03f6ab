package io.saddlebag.disk.local;

import com.sun.nio.file.ExtendedOpenOption;
import io.saddlebag.disk.WriteBehind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device past the page cache: a disk is larger than that, and what is copied through it costs several times what the disk
 * does. It takes whole units only, and only as long as that works: the rest is for a channel of the ordinary kind, which also meets
 * a fault of the disk again and tells it. Several threads, in different places.
 */
final class DirectChannel implements Closeable {
    /** Places in the file, addresses and lengths are multiples of it. */
    private static final int UNIT_BYTES = WriteBehind.ALIGNMENT_BYTES;

    private final @Nullable FileChannel channel;
    private volatile boolean works;

    private DirectChannel(@Nullable FileChannel channel) {
        this.channel = channel;
        this.works = channel != null;
    }

    /** @param access reading or writing; where the file system doesn't offer that, all is left to the ordinary channel */
    static DirectChannel open(Path path, OpenOption access) {
        try {
            return new DirectChannel(
                    UNIT_BYTES % Files.getFileStore(path).getBlockSize() == 0
                            ? FileChannel.open(path, access, ExtendedOpenOption.DIRECT)
                            : null);
        } catch (IOException | UnsupportedOperationException e) {
            return new DirectChannel(null);
        }
    }

    private interface Move {
        int move(FileChannel channel, ByteBuffer bytes, long at) throws IOException;
    }

    /**
     * Reads from the buffer's position on.
     *
     * @return how many bytes, from none to all
     */
    int read(ByteBuffer into, long offsetBytes) throws ClosedByInterruptException {
        return units(into, offsetBytes, FileChannel::read);
    }

    /**
     * Writes from the buffer's position on.
     *
     * @return how many bytes, from none to all
     */
    int write(ByteBuffer from, long offsetBytes) throws ClosedByInterruptException {
        return units(from, offsetBytes, FileChannel::write);
    }

    private int units(ByteBuffer bytes, long offsetBytes, Move move) throws ClosedByInterruptException {
        FileChannel open = channel;
        int whole = bytes.remaining() - bytes.remaining() % UNIT_BYTES;
        if (open == null
                || !works
                || whole == 0
                || offsetBytes % UNIT_BYTES != 0
                || !bytes.isDirect()
                || bytes.alignmentOffset(bytes.position(), UNIT_BYTES) != 0) {
            return 0;
        }
        int from = bytes.position();
        int limit = bytes.limit();
        bytes.limit(from + whole);
        try {
            boolean more = true;
            while (more && bytes.hasRemaining()) {
                more = move.move(open, bytes, offsetBytes + bytes.position() - from) >= 0;
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // not offered after all; a fault of the disk is met again by the way that always is
            works = false;
        } finally {
            bytes.limit(limit);
        }
        return bytes.position() - from;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
