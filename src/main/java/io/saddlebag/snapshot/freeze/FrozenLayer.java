package io.saddlebag.snapshot.freeze;

import io.saddlebag.posix.MountPoint;
import java.nio.file.Path;

/**
 * A file system to be frozen, and the file below it.
 *
 * @param place where the clone goes, on the file system of the backing file
 */
record FrozenLayer(MountPoint mount, Path backingFile, Path place) {}
