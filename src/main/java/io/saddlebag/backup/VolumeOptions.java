package io.saddlebag.backup;

import io.saddlebag.diskimage.Blocks;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import java.util.Locale;

/**
 * How disks become an image.
 *
 * @param level 0 for a full image; 1 to 9 for what has changed since the newest image of a lower level; 10 for what has changed
 *     since the newest image of any level (D2)
 */
public record VolumeOptions(
        int level, Blocks blocks, Compression compression, Encryption encryption, RestartOptions restart) {
    public static final int FULL = 0;
    public static final int INCREMENTAL = 10;

    public VolumeOptions {
        if (level < FULL || level > INCREMENTAL) {
            throw new IllegalArgumentException("levels are 0 to 10, not " + level);
        }
    }

    /** Not encrypted. */
    public VolumeOptions(int level, Blocks blocks, Compression compression) {
        this(level, blocks, compression, Encryption.NONE, RestartOptions.DEFAULT);
    }

    /** {@code full}, {@code incremental} or a number. */
    public static int parseLevel(String text) {
        String level = text.strip().toLowerCase(Locale.ROOT);
        if (level.equals("full")) {
            return FULL;
        }
        if (level.equals("incremental")) {
            return INCREMENTAL;
        }
        if (level.matches("[0-9]|10")) {
            return Integer.parseInt(level);
        }
        throw new IllegalArgumentException("'" + text + "' is no level; valid are full, incremental, 0 to 10");
    }
}
