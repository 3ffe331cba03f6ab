package io.saddlebag.snapshot.freeze;

import io.saddlebag.posix.MountPoint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file system to be frozen, and how its view is made then.
 *
 * @param backingFile below it, which is cloned; empty when its files are copied
 */
record FrozenLayer(MountPoint mount, Optional<Path> backingFile) {}
