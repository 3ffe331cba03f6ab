package io.saddlebag.host;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Flags of an inode that users can change (chattr(1), FS_IOC_SETFLAGS). */
public enum FileFlag {
    SECURE_DELETION(0x1, "securedeletion"),
    UNDELETE(0x2, "undel"),
    COMPRESS(0x4, "compress"),
    SYNC(0x8, "sync"),
    IMMUTABLE(0x10, "schg"),
    APPEND_ONLY(0x20, "sappnd"),
    NO_DUMP(0x40, "nodump"),
    NO_ATIME(0x80, "noatime"),
    JOURNAL_DATA(0x4000, "journal"),
    NO_TAIL(0x8000, "notail"),
    DIRECTORY_SYNC(0x1_0000, "dirsync"),
    TOP_DIRECTORY(0x2_0000, "topdir"),
    NO_COW(0x80_0000, "nocow"),
    INHERIT_PROJECT(0x2000_0000, "projinherit");

    private final int bit;
    private final String word;

    FileFlag(int bit, String word) {
        this.bit = bit;
        this.word = word;
    }

    /** As in images, where libarchive reads it. */
    public String word() {
        return word;
    }

    public static Optional<FileFlag> ofWord(String word) {
        return Arrays.stream(values()).filter(flag -> flag.word.equals(word)).findFirst();
    }

    /** Of the kernel's bits; those that nobody can change are left out. */
    public static Set<FileFlag> ofBits(int bits) {
        Set<FileFlag> flags = EnumSet.noneOf(FileFlag.class);
        for (FileFlag flag : values()) {
            if ((bits & flag.bit) != 0) {
                flags.add(flag);
            }
        }
        return flags;
    }

    /** The kernel's bits. */
    public static int bits(Set<FileFlag> flags) {
        return flags.stream().mapToInt(flag -> flag.bit).reduce(0, (a, b) -> a | b);
    }
}
