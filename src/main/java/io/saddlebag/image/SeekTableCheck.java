package io.saddlebag.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Compares the frames that were read with the seek table behind them, without keeping a list of either. */
final class SeekTableCheck {
    private final ByteBuffer entry = ByteBuffer.allocate(SeekTable.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C seen = new CRC32C();
    private long frames;
    /** The frames before the first table were not all seen. */
    private boolean partial;

    private SeekTableCheck(boolean partial) {
        this.partial = partial;
    }

    static SeekTableCheck ofWholeLayer() {
        return new SeekTableCheck(false);
    }

    /** The first table that comes by is believed. */
    static SeekTableCheck fromTheMiddle() {
        return new SeekTableCheck(true);
    }

    void add(long packed, long plain) {
        entry.clear().putInt((int) packed).putInt((int) plain);
        seen.update(entry.array());
        frames++;
    }

    /** Reads a skippable frame of that many bytes, and begins anew when it was a seek table. */
    void read(LayerInput in, long bytes, byte[] chunk) throws IOException {
        CRC32C told = new CRC32C();
        long left = bytes - SeekTable.FOOTER_BYTES;
        while (left > 0) {
            int n = in.readSome(chunk, 0, (int) Math.min(chunk.length, left));
            if (n < 0) {
                throw in.truncated();
            }
            told.update(chunk, 0, n);
            left -= n;
        }
        ByteBuffer footer = ByteBuffer.allocate(SeekTable.FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        in.readFully(footer.array(), 0, (int) Math.min(bytes, SeekTable.FOOTER_BYTES));
        boolean plainTable = footer.getInt(5) == SeekTable.FOOTER_MAGIC && footer.get(4) == 0;
        if (!plainTable) {
            // another's skippable frame, or a table with checksums of its own, which the frames have, too
            return;
        }
        long count = footer.getInt(0) & 0xffffffffL;
        boolean right = count == frames
                && bytes == count * SeekTable.ENTRY_BYTES + SeekTable.FOOTER_BYTES
                && told.getValue() == seen.getValue();
        if (!right && !partial) {
            throw in.damaged("has a seek table that is not the one of its " + frames + " frames");
        }
        partial = false;
        frames = 0;
        seen.reset();
        Arrays.fill(entry.array(), (byte) 0);
    }
}
