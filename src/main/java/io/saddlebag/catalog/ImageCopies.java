package io.saddlebag.catalog;

import io.saddlebag.media.PoolFile;
import java.io.IOException;
import java.util.List;

/** Which images there are further copies of, and where (R5). Every change is durable on return. Thread-safe, also across processes. */
public interface ImageCopies {
    /** Knows of none, and takes none. */
    ImageCopies NONE = new ImageCopies() {
        @Override
        public List<ImageCopy> of(BackupId backup) {
            return List.of();
        }

        @Override
        public ImageCopy record(Backup of, List<PoolFile> files) {
            throw new UnsupportedOperationException("no copies here");
        }

        @Override
        public boolean forget(BackupId backup, String pool) {
            return false;
        }
    };

    /** The copies of the backup's image, by their numbers. */
    List<ImageCopy> of(BackupId backup) throws IOException;

    /**
     * Call it only when the files are durable.
     *
     * @param of the backup as it was before its image was read
     * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NO_SUCH_BACKUP}, {@link CatalogFault#NOT_COMPLETE},
     *     {@link CatalogFault#DUPLICATE_IMAGE} when the image is known to be in that pool, or {@link CatalogFault#OTHER_KEYS} when the image
     *     was given, or is being given, other keys since
     */
    ImageCopy record(Backup of, List<PoolFile> files) throws IOException;

    /**
     * It isn't read any more.
     *
     * @return false when there was none in that pool
     */
    boolean forget(BackupId backup, String pool) throws IOException;
}
