package io.saddlebag.posix;

import java.time.Instant;

/**
 * What a file is (statx(2)); of a link itself.
 *
 * @param mode with the bits of its kind, as in {@code st_mode}
 * @param blocksBytes what its content takes in the file system; less than its size when it has holes, or is stored otherwise
 * @param device as {@code st_dev} packs it
 * @param specialMajor of a device node; 0 for all others, and minor likewise
 */
public record InodeStatus(
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long blocksBytes,
        long links,
        long device,
        long inode,
        int specialMajor,
        int specialMinor,
        Instant accessed,
        Instant modified,
        Instant changed) {}
