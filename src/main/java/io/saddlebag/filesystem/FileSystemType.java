package io.saddlebag.filesystem;

/** File systems of which it is known where they keep their free space. */
public enum FileSystemType {
    EXT("ext2/3/4", "e2fsck -fn"),
    XFS("XFS", "xfs_repair -n"),
    NTFS("NTFS", "ntfsfix -n");

    private final String display;
    private final String check;

    FileSystemType(String display, String check) {
        this.display = display;
        this.check = check;
    }

    /** For people. */
    public String display() {
        return display;
    }

    /** The command that looks whether such a file system is sound, without changing it. */
    public String check() {
        return check;
    }
}
