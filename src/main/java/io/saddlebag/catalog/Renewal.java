package io.saddlebag.catalog;

import io.saddlebag.media.PoolFile;
import java.util.List;

/**
 * A second truth: what files of an image in pools may be besides what the catalog says of them, while headers for other keys take the
 * places of the old ones (X10).
 *
 * @param layers of the image from then on
 * @param files that change, as they are then, by copy and section
 */
public record Renewal(BackupId backup, List<String> layers, List<File> files) {
    public Renewal {
        layers = List.copyOf(layers);
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("nothing of backup " + backup + " becomes new");
        }
    }

    /**
     * One file.
     *
     * @param copy 0 for the image that the backup wrote, else the number of its {@link ImageCopy}
     * @param truth in the place of the catalog's
     */
    public record File(int copy, PoolFile truth) {}
}
