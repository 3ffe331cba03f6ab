package io.saddlebag.disk;

import io.saddlebag.posix.DeviceUse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a disk is and who uses it.
 *
 * @param path without links
 * @param modified when its content was changed last; of a device, nothing that can be relied on
 * @param uses empty when nobody is known to
 */
public record DiskStatus(Path path, Kind kind, long sizeBytes, Instant modified, List<DeviceUse> uses) {
    /** What has bytes. */
    public enum Kind {
        FILE,
        DEVICE
    }

    public DiskStatus {
        uses = List.copyOf(uses);
    }

    /** Somebody may change it at any time: all but those who have mounted it for reading, or only attached a file. */
    public boolean mayChange() {
        return uses.stream()
                .anyMatch(
                        use -> use.kind() != DeviceUse.Kind.MOUNTED_READ_ONLY && use.kind() != DeviceUse.Kind.ATTACHED);
    }

    /** For people, such as {@code mounted at /srv, swap}. */
    public String usesText() {
        return uses.stream()
                .map(use -> switch (use.kind()) {
                    case MOUNTED -> "mounted at " + use.where();
                    case MOUNTED_READ_ONLY -> "mounted for reading at " + use.where();
                    case SWAP -> "used as swap";
                    case HELD -> "a part of " + use.where();
                    case ATTACHED -> "attached as " + use.where();
                })
                .collect(Collectors.joining(", "));
    }
}
