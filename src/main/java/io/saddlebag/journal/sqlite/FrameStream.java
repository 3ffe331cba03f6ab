package io.saddlebag.journal.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;

/** A part of a log, of which each frame is checked before any of it is handed over. */
final class FrameStream extends InputStream {
    private final SeekableByteChannel channel;
    private final WalFile file;
    private final WalHeader header;
    private final WalSums sums;
    private final long end;
    private final Changed changed;
    private byte[] ready;
    private int taken;
    private long at;

    /** Says that it isn't any more what it was. */
    interface Changed {
        IOException at(long offset);
    }

    /**
     * @param channel closed with this stream
     * @param from 0, or where a frame begins
     * @param end where a transaction ends
     */
    FrameStream(SeekableByteChannel channel, WalHeader header, long from, long end, Changed changed)
            throws IOException {
        this.channel = channel;
        this.file = new WalFile(channel);
        this.header = header;
        this.end = end;
        this.changed = changed;
        this.at = from;
        this.sums = file.sums(header, from);
        this.ready = new byte[0];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (taken == ready.length && !next()) {
            return -1;
        }
        int many = Math.min(length, ready.length - taken);
        System.arraycopy(ready, taken, into, offset, many);
        taken += many;
        return many;
    }

    private boolean next() throws IOException {
        if (at >= end) {
            return false;
        }
        boolean beginning = at == 0;
        byte[] part = new byte[beginning ? WalHeader.BYTES : header.frameBytes()];
        boolean whole = file.read(at, part);
        boolean same = whole
                && (beginning ? WalHeader.parse(part).filter(header::equals).isPresent() : sums.takes(header, part));
        if (!same) {
            throw changed.at(at);
        }
        at += part.length;
        ready = part;
        taken = 0;
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
