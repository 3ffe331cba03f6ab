package io.saddlebag.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file systems that are mounted now. */
@FunctionalInterface
public interface MountTable {
    List<Mounted> mounts() throws IOException;

    /** @param type as the kernel calls it: {@code ext4}, {@code nfs4} */
    record Mounted(Path at, String type) {}
}
