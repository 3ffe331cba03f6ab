package io.saddlebag.blockmap;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.FileSystemFault;
import io.saddlebag.filesystem.FileSystemType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Recognises the file system on a disk and reads which of its blocks are used. */
public final class BlockMaps {
    /** What is looked at to recognise a file system. */
    private static final int HEAD_BYTES = 68 << 10;

    /** What else can be done when it isn't known which blocks are used. */
    static final String WHOLE_DISK = "Or image the whole disk, with blocks=all.";

    private static final int EXT_MAGIC_AT = 1024 + 56;

    private enum Sign {
        EXT(EXT_MAGIC_AT, "53ef"),
        XFS(0, ascii("XFSB")),
        NTFS(3, ascii("NTFS    ")),
        GPT(512, ascii("EFI PART")),
        GPT_4K(4096, ascii("EFI PART")),
        LVM(512, ascii("LABELONE")),
        LUKS(0, ascii("LUKS") + "babe"),
        MD(4096, "fc4e2ba9"),
        SWAP(4086, ascii("SWAPSPACE2")),
        BTRFS(0x10040, ascii("_BHRfS_M"));

        private final int at;
        private final String hex;

        Sign(int at, String hex) {
            this.at = at;
            this.hex = hex;
        }

        private static String ascii(String text) {
            return HexFormat.of().formatHex(text.getBytes(US_ASCII));
        }

        boolean isOn(ByteBuffer head) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            return at + bytes.length <= head.limit()
                    && head.slice(at, bytes.length).equals(ByteBuffer.wrap(bytes));
        }
    }

    private BlockMaps() {}

    /**
     * The file system that the disk holds, by its signature; empty when it is another one or none, and when there are several
     * signatures, one of which must be a relic.
     */
    public static Optional<FileSystemType> recognise(ReadableDisk disk) throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD_BYTES, disk.sizeBytes()));
        disk.read(0, head);
        head.flip();
        List<Sign> signs = new ArrayList<>();
        for (Sign sign : Sign.values()) {
            if (sign.isOn(head)) {
                signs.add(sign);
            }
        }
        if (signs.size() != 1) {
            return Optional.empty();
        }
        return switch (signs.get(0)) {
            case EXT -> Optional.of(FileSystemType.EXT);
            case XFS -> Optional.of(FileSystemType.XFS);
            case NTFS -> Optional.of(FileSystemType.NTFS);
            default -> Optional.empty();
        };
    }

    /**
     * What the disk's file system uses. The disk must not change meanwhile, and its file system must have been unmounted or
     * frozen: what its journal holds isn't looked at.
     *
     * @throws BackupException with a {@link FileSystemFault} when that can't be told for certain
     */
    public static BlockMap read(ReadableDisk disk) throws IOException {
        if (disk.sizeBytes() > ClusterSet.MAX_DISK_BYTES) {
            throw new BackupException(
                    FileSystemFault.UNSUPPORTED,
                    "the disk has " + disk.sizeBytes() + " bytes; disks of up to " + ClusterSet.MAX_DISK_BYTES
                            + " are imaged",
                    "Image its partitions or logical volumes one by one.");
        }
        FileSystemType type = recognise(disk)
                .orElseThrow(() -> new BackupException(
                        FileSystemFault.NO_FILE_SYSTEM,
                        "the disk holds no file system of which it is known which blocks are used (ext2, ext3, ext4,"
                                + " XFS, NTFS), or signatures of several",
                        "Image all of it, with blocks=all."));
        return switch (type) {
            case EXT -> ExtMap.read(disk);
            case XFS -> XfsMap.read(disk);
            case NTFS -> NtfsMap.read(disk);
        };
    }
}
