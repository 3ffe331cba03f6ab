package io.saddlebag.media;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A section of an image as a file of a disk pool (M24).
 *
 * @param pool its configured name
 * @param path below the pool's folder, {@code family/image.section.tar.zst}
 * @param section from 1
 * @param bytes its length
 * @param crc32c of all of it, unsigned 32 bits (RFC 3720, B.4)
 * @param expires when it may be marked for removal; null when time never does that
 */
public record PoolFile(
        String pool,
        String path,
        int section,
        long bytes,
        long crc32c,
        @Nullable Instant expires) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,30}");
    private static final Pattern PATH =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,30}/[A-Za-z0-9][A-Za-z0-9._$-]{0,99}");

    private static final long LARGEST_CRC = 0xffff_ffffL;

    public PoolFile {
        requirePoolName(pool);
        if (!isPath(path)) {
            throw new IllegalArgumentException("'" + path
                    + "' is not the path of a file in a pool; valid are a family's folder and a file's name");
        }
        if (section < 1 || bytes < 0 || crc32c < 0 || crc32c > LARGEST_CRC) {
            throw new IllegalArgumentException(
                    "no file of a pool is section " + section + " of " + bytes + " bytes with check " + crc32c);
        }
    }

    /** Folder and name, both without anything that could lead elsewhere. */
    public static boolean isPath(String path) {
        return PATH.matcher(path).matches();
    }

    /** @throws IllegalArgumentException when no pool can be called so */
    public static void requirePoolName(String pool) {
        if (!NAME.matcher(pool).matches()) {
            throw new IllegalArgumentException("'" + pool + "' is not a pool's name; valid are 1 to 31 letters, digits,"
                    + " points, hyphens and underscores, the first a letter or digit");
        }
    }

    /** For people: {@code pool:disk/nightly/image-4f1c.1.tar.zst}. */
    public String place() {
        return "pool:" + pool + "/" + path;
    }
}
