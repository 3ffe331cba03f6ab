package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of exactly one frame, found by walking over its blocks (RFC 8878, 3.1.1.2) without decompressing them. */
final class ZstdFrameBytes extends InputStream {
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int CHECKSUM_BYTES = 4;
    private static final int RUN_LENGTH = 1;
    private static final int RESERVED = 3;

    private final LayerInput in;
    private final ZstdFrameHeader header;
    private final byte[] single = new byte[1];

    private byte @Nullable [] head;
    private int headAt;
    private int left;
    private boolean last;
    private boolean ended;

    ZstdFrameBytes(LayerInput in, ZstdFrameHeader header) {
        this.in = in;
        this.header = header;
        this.head = header.bytes().toBytes();
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        while (head == null && left == 0) {
            if (ended) {
                return -1;
            }
            nextPart();
        }
        if (head != null) {
            int n = Math.min(len, head.length - headAt);
            System.arraycopy(head, headAt, b, off, n);
            headAt += n;
            head = headAt == head.length ? null : head;
            return n;
        }
        int n = in.readSome(b, off, Math.min(len, left));
        if (n < 0) {
            throw in.truncated();
        }
        left -= n;
        return n;
    }

    private void nextPart() throws IOException {
        if (last) {
            left = header.checksum() ? CHECKSUM_BYTES : 0;
            ended = true;
            return;
        }
        int block = (int) in.number(BLOCK_HEADER_BYTES);
        last = (block & 1) != 0;
        int type = block >> 1 & 3;
        if (type == RESERVED) {
            throw in.damaged("has a block of a kind that is not known");
        }
        left = type == RUN_LENGTH ? 1 : block >> 3;
        head = new byte[] {(byte) block, (byte) (block >> 8), (byte) (block >> 16)};
        headAt = 0;
    }
}
