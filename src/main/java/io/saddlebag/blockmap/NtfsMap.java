package io.saddlebag.blockmap;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Used clusters of NTFS, from its file $Bitmap. */
final class NtfsMap {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int VOLUME_IS_DIRTY = 1;
    private static final int RESTART_MAGIC = 0x52545352;
    private static final int CHECKED_MAGIC = 0x444b4843;
    private static final int LOG_LOOK_BYTES = 4096;
    private static final int LOG_CLEAN = 2;
    private static final short NO_CLIENT = -1;

    private final Structures structures;
    private final NtfsBoot boot;
    private final NtfsFiles files;

    private NtfsMap(ReadableDisk disk) throws IOException {
        this.structures = new Structures(disk, FileSystemType.NTFS, ByteOrder.LITTLE_ENDIAN, BlockMaps.WHOLE_DISK);
        this.boot = NtfsBoot.read(structures);
        this.files = NtfsFiles.open(structures, boot);
    }

    static BlockMap read(ReadableDisk disk) throws IOException {
        NtfsMap map = new NtfsMap(disk);
        map.requireClean();
        return map.readBitmap(disk.sizeBytes());
    }

    private void requireClean() throws IOException {
        ByteBuffer volume = files.value(NtfsFiles.VOLUME, NtfsFiles.VOLUME_INFORMATION);
        structures.require(volume.limit() >= 12, "it doesn't say in what state it is");
        if ((volume.getShort(10) & VOLUME_IS_DIRTY) != 0) {
            throw structures.notClean("it is marked dirty");
        }
        NtfsRuns log = files.data(NtfsFiles.LOG);
        ByteBuffer first = restartPage(log, 0);
        if (isNeverWritten(first)) {
            return;
        }
        int pageBytes = isRestart(first) ? first.getInt(16) : 0;
        ByteBuffer second = pageBytes >= LOG_LOOK_BYTES && pageBytes <= log.bytes() - LOG_LOOK_BYTES
                ? restartPage(log, pageBytes)
                : first;
        ByteBuffer newest = isRestart(second) && sequence(second) > sequence(first) ? second : first;
        if (!isRestart(newest) || !isClosed(newest)) {
            throw structures.notClean("its journal has to be replayed");
        }
    }

    private static ByteBuffer restartPage(NtfsRuns log, long offset) throws IOException {
        byte[] page = log.read("its journal", offset, (int) Math.min(LOG_LOOK_BYTES, log.bytes() - offset));
        return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** As made anew, and as left by programs that have no journal. */
    private static boolean isNeverWritten(ByteBuffer page) {
        for (int i = 0; i < page.limit(); i++) {
            if (page.get(i) != -1) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRestart(ByteBuffer page) {
        return page.limit() == LOG_LOOK_BYTES
                && (page.getInt(0) == RESTART_MAGIC || page.getInt(0) == CHECKED_MAGIC)
                && areaAt(page) <= LOG_LOOK_BYTES / 2;
    }

    private static int areaAt(ByteBuffer page) {
        return Short.toUnsignedInt(page.getShort(24));
    }

    private static long sequence(ByteBuffer page) {
        return isRestart(page) ? page.getLong(areaAt(page)) : -1;
    }

    private static boolean isClosed(ByteBuffer page) {
        int area = areaAt(page);
        return page.getShort(area + 12) == NO_CLIENT || (page.getShort(area + 14) & LOG_CLEAN) != 0;
    }

    private BlockMap readBitmap(long diskBytes) throws IOException {
        UsedUnits used = new UsedUnits(diskBytes, boot.clusterBytes(), 0, boot.clusters());
        long needed = (boot.clusters() + Byte.SIZE - 1) / Byte.SIZE;
        long there = files.dataBytes(NtfsFiles.BITMAP);
        NtfsRuns bitmap = files.data(NtfsFiles.BITMAP);
        structures.require(
                there >= needed && there <= bitmap.bytes(),
                "its map of clusters has " + there + " bytes for " + boot.clusters() + " clusters");
        for (long at = 0; at < needed; at += CHUNK_BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, needed - at);
            byte[] bits = bitmap.read("its map of clusters", at, length);
            used.addBits(at * Byte.SIZE, bits, Math.min((long) length * Byte.SIZE, boot.clusters() - at * Byte.SIZE));
        }
        return used.map(FileSystemType.NTFS);
    }
}
