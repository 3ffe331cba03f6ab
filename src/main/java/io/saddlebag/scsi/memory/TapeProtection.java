package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.BlockProtectionPage;
import io.saddlebag.scsi.ProtectionInformation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Logical block protection of a simulated drive: the settings, and the sums behind blocks. A drive older than CRC-32C has the
 * Reed-Solomon one, of which only the length is played: nobody here makes it, so that none ever fits. Not thread-safe.
 */
final class TapeProtection {
    static final int PAGE_BYTES = 32;

    private static final int METHOD_AT = 4;

    private final ProtectionInformation sums = new ProtectionInformation();
    private final byte[] page = new byte[PAGE_BYTES];
    private BlockProtectionPage settings = BlockProtectionPage.OFF;

    TapeProtection() {
        page[3] = PAGE_BYTES - 4;
    }

    BlockProtectionPage settings() {
        return settings;
    }

    /** As another host, or a process that died, left it. */
    void settings(BlockProtectionPage left) {
        settings = left;
    }

    /** As MODE SENSE shows it. */
    byte[] page() {
        byte[] shown = settings.in(page);
        shown[0] |= (byte) 0x80;
        shown[1] = (byte) BlockProtectionPage.SUBPAGE;
        return shown;
    }

    /** @return whether the drive takes it */
    boolean select(byte[] wanted, boolean hasCrc32c) {
        int newest = hasCrc32c ? BlockProtectionPage.CRC32C : BlockProtectionPage.REED_SOLOMON;
        boolean whole = wanted.length == PAGE_BYTES
                && wanted[0] == (0x40 | BlockProtectionPage.PAGE)
                && (wanted[1] & 0xff) == BlockProtectionPage.SUBPAGE
                && wanted[3] == PAGE_BYTES - 4
                && (wanted[METHOD_AT] & 0xff) <= newest;
        if (!whole) {
            return false;
        }
        BlockProtectionPage asked = BlockProtectionPage.parse(wanted);
        boolean off = asked.method() == BlockProtectionPage.NONE;
        boolean sensible = off
                ? !asked.onWrite() && !asked.onRead()
                : asked.informationBytes() == ProtectionInformation.BYTES && (asked.onWrite() || asked.onRead());
        if (sensible) {
            settings = asked;
        }
        return sensible;
    }

    /** Bytes behind each block that comes. */
    int bytesOnWrite() {
        return settings.onWrite() ? ProtectionInformation.BYTES : 0;
    }

    int bytesOnRead() {
        return settings.onRead() ? ProtectionInformation.BYTES : 0;
    }

    /** Whether what came is a block with the sum behind it that belongs to it. */
    boolean accepts(ByteBuffer came) {
        return !settings.onWrite()
                || (settings.method() == BlockProtectionPage.CRC32C
                        && came.remaining() > ProtectionInformation.BYTES
                        && sums.fits(came));
    }

    /** What came, without the sum. */
    ByteBuffer block(ByteBuffer came) {
        ByteBuffer block = came.duplicate();
        return block.limit(block.limit() - bytesOnWrite());
    }

    /** What goes to the host for a block. */
    byte[] sent(byte[] block) {
        if (!settings.onRead()) {
            return block;
        }
        ByteBuffer all =
                ByteBuffer.allocate(block.length + ProtectionInformation.BYTES).put(block);
        if (settings.method() == BlockProtectionPage.CRC32C) {
            sums.append(all);
        }
        return all.array();
    }

    /** VPD page B5h. */
    static byte[] offer(boolean hasCrc32c) {
        byte[] reedSolomon = {3, BlockProtectionPage.REED_SOLOMON, ProtectionInformation.BYTES, (byte) 0xc0};
        byte[] crc32c = {3, BlockProtectionPage.CRC32C, ProtectionInformation.BYTES, (byte) 0xe0};
        byte[] data = Arrays.copyOf(new byte[] {1, (byte) 0xb5, 0, 8}, hasCrc32c ? 16 : 12);
        data[3] = (byte) (data.length - 4);
        System.arraycopy(reedSolomon, 0, data, 8, 4);
        if (hasCrc32c) {
            System.arraycopy(crc32c, 0, data, 12, 4);
        }
        return data;
    }
}
