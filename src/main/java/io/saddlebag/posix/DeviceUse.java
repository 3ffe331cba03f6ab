package io.saddlebag.posix;

/**
 * What a block device, or a file that could hold a file system, is in use for.
 *
 * @param where a mount point, or a device, for people
 */
public record DeviceUse(Kind kind, String where) {
    /** How. */
    public enum Kind {
        /** Mounted for reading only. */
        MOUNTED_READ_ONLY,
        /** Mounted, and may be written at any time. */
        MOUNTED,
        /** Memory is swapped to it. */
        SWAP,
        /** Part of another device, such as a logical volume or a RAID. */
        HELD,
        /** The file under a loop device that nobody uses for anything that is known. */
        ATTACHED
    }
}
