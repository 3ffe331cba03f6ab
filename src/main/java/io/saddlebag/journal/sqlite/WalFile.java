package io.saddlebag.journal.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/**
 * A write-ahead log as it is read: from the beginning frame by frame, as long as salts and checksums go on. What follows is of an
 * earlier log, was rolled back, or is being written.
 */
final class WalFile {
    private final SeekableByteChannel channel;

    WalFile(SeekableByteChannel channel) {
        this.channel = channel;
    }

    Optional<WalHeader> header() throws IOException {
        byte[] bytes = new byte[WalHeader.BYTES];
        return read(0, bytes) ? WalHeader.parse(bytes) : Optional.empty();
    }

    /**
     * Where the last transaction ends that is committed.
     *
     * @param from where one ends, as was found before; 0 for the beginning
     * @return 0 when nothing is committed
     */
    long committed(WalHeader header, long from) throws IOException {
        long at = from == 0 ? WalHeader.BYTES : from;
        long end = from;
        WalSums sums = sums(header, at);
        byte[] frame = new byte[header.frameBytes()];
        while (read(at, frame) && sums.takes(header, frame)) {
            at += frame.length;
            if (WalSums.commits(frame)) {
                end = at;
            }
        }
        return end;
    }

    /** @param at where a frame begins */
    WalSums sums(WalHeader header, long at) throws IOException {
        if (at <= WalHeader.BYTES) {
            return header.sums();
        }
        byte[] before = new byte[WalHeader.FRAME_HEADER_BYTES];
        read(at - header.frameBytes(), before);
        return WalSums.after(header, before);
    }

    /** @return false when it ends before all of it was read */
    boolean read(long at, byte[] into) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        channel.position(at);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
