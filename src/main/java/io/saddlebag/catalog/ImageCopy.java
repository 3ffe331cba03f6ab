package io.saddlebag.catalog;

import io.saddlebag.media.PoolFile;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A further copy of a backup's image, byte for byte, in a disk pool (R5).
 *
 * @param number from 1; the image that the backup wrote has none
 * @param files in order, at least one
 */
public record ImageCopy(BackupId backup, int number, List<PoolFile> files) {
    public ImageCopy {
        files = List.copyOf(files);
        if (files.isEmpty() || number < 1) {
            throw new IllegalArgumentException("copy " + number + " of backup " + backup + " in files " + files);
        }
    }

    /** For people: the files of its pool. */
    public String place() {
        return files.stream().map(PoolFile::place).collect(Collectors.joining(" "));
    }
}
