package io.saddlebag.pool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/**
 * Cuts a tar stream (docs/formats/image.md) before and behind the contents of its members: what is the image's own comes as stretches
 * of framing. The stream is never closed. One thread.
 */
final class MemberCuts {
    private static final int BLOCK_BYTES = 512;
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int TYPE_AT = 156;
    private static final int OCTAL = 8;
    private static final String OWN = ".saddlebag/";

    private final InputStream tar;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int blockAt;
    private int blockEnd;
    private long ownBlocks;
    private int padding;
    private boolean atContent;
    private boolean ended;

    MemberCuts(InputStream tar) {
        this.tar = tar;
    }

    /** Whether a member's content comes next; what was framing before it was read to its end. */
    boolean isAtContent() {
        return atContent;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Up to the next member's content, or the stream's end. */
    InputStream framing() {
        return new Framing();
    }

    /**
     * Reads a member's content, which is kept where it is.
     *
     * @return its CRC-32C
     */
    long passContent(long bytes) throws IOException {
        CRC32C check = new CRC32C();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = bytes; left > 0; ) {
            int got = tar.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (got < 0) {
                throw new EOFException("the image ends within a member, " + left + " bytes before its end");
            }
            check.update(buffer, 0, got);
            left -= got;
        }
        atContent = false;
        padding = (int) (-bytes & (BLOCK_BYTES - 1));
        return check.getValue();
    }

    /** @return false when there is no more framing for now */
    private boolean fill() throws IOException {
        while (blockAt == blockEnd) {
            if (atContent || ended) {
                return false;
            }
            blockAt = 0;
            if (padding > 0) {
                blockEnd = tar.readNBytes(block, 0, padding);
                padding = 0;
            } else {
                blockEnd = tar.readNBytes(block, 0, BLOCK_BYTES);
                ended = blockEnd == 0;
                look();
            }
        }
        return true;
    }

    private void look() throws IOException {
        if (ended || ownBlocks > 0) {
            ownBlocks = Math.max(0, ownBlocks - 1);
            return;
        }
        char type = (char) block[TYPE_AT];
        boolean own = new String(block, 0, NAME_BYTES, US_ASCII).startsWith(OWN);
        if (type == 'x' || (type == '0' && own)) {
            ownBlocks = (size() + BLOCK_BYTES - 1) / BLOCK_BYTES;
        } else if (type == '0') {
            atContent = true;
        } else if (type != 0) {
            throw new IOException("an image of files has a member of type '" + type + "'");
        }
    }

    private long size() {
        return Long.parseLong(new String(block, SIZE_AT, SIZE_DIGITS, US_ASCII), OCTAL);
    }

    private final class Framing extends InputStream {
        @Override
        public int read() throws IOException {
            return fill() ? block[blockAt++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int got = Math.min(length, blockEnd - blockAt);
            System.arraycopy(block, blockAt, into, offset, got);
            blockAt += got;
            return got;
        }
    }
}
