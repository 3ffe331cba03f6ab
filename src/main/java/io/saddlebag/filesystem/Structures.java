package io.saddlebag.filesystem;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Reads the structures of one file system, and says in its name what is wrong with them. */
public final class Structures {
    private final ReadableDisk disk;
    private final FileSystemType type;
    private final ByteOrder order;
    private final String otherWay;

    /** @param otherWay what else can be done when the file system can't be read, a sentence */
    public Structures(ReadableDisk disk, FileSystemType type, ByteOrder order, String otherWay) {
        this.disk = disk;
        this.type = type;
        this.order = order;
        this.otherWay = otherWay;
    }

    public long diskBytes() {
        return disk.sizeBytes();
    }

    /** @throws BackupException {@link FileSystemFault#DAMAGED} when that isn't all on the disk */
    public ByteBuffer read(String what, long offsetBytes, int lengthBytes) throws IOException {
        return ByteBuffer.wrap(bytes(what, offsetBytes, lengthBytes)).order(order);
    }

    /** As {@link #read}. */
    public byte[] bytes(String what, long offsetBytes, int lengthBytes) throws IOException {
        require(
                offsetBytes >= 0 && lengthBytes <= disk.sizeBytes() - offsetBytes,
                what + " at byte " + offsetBytes + " lies behind the end of the disk at " + disk.sizeBytes());
        byte[] bytes = new byte[lengthBytes];
        disk.read(offsetBytes, ByteBuffer.wrap(bytes));
        return bytes;
    }

    public void require(boolean condition, String fault) throws BackupException {
        if (!condition) {
            throw damaged(fault);
        }
    }

    public BackupException damaged(String fault) {
        return new BackupException(
                FileSystemFault.DAMAGED,
                "the " + type.display() + " file system can't be relied on: " + fault,
                "Check it with '" + type.check() + "'. " + otherWay);
    }

    public BackupException notClean(String fault) {
        return new BackupException(
                FileSystemFault.NOT_CLEAN,
                "the " + type.display() + " file system is not clean, so that its map of free blocks may be stale: "
                        + fault,
                "Unmount it, or take the snapshot while it is frozen (provider freeze). " + otherWay);
    }

    public BackupException unsupported(String feature) {
        return new BackupException(
                FileSystemFault.UNSUPPORTED,
                "the " + type.display() + " file system has " + feature + ", which isn't known here",
                otherWay);
    }

    /** CRC-32C as RFC 3720 has it, of some bytes with a field in them taken as zeros. */
    public static int crc32c(ByteBuffer bytes, int length, int fieldAt, int fieldBytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(fieldAt));
        crc.update(new byte[fieldBytes]);
        crc.update(bytes.duplicate().limit(length).position(fieldAt + fieldBytes));
        return (int) crc.getValue();
    }
}
