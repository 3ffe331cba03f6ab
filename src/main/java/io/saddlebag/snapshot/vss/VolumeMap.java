package io.saddlebag.snapshot.vss;

import java.io.IOException;
import java.nio.file.Path;

/** Finds the Windows volume that holds a path. Thread-safe. */
public interface VolumeMap {
    /**
     * @throws io.saddlebag.fault.BackupException {@link io.saddlebag.snapshot.SnapshotFault#UNSUITABLE} when it is on none that
     *     can be named
     */
    Place placeOf(Path path) throws IOException;

    /**
     * @param volume e.g. {@code O:}
     * @param inside from the volume's top folder on
     */
    record Place(String volume, Path inside) {}
}
