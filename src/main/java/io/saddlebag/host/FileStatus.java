package io.saddlebag.host;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a file is, apart from its content. Of a link itself, never of what it points to.
 *
 * @param sizeBytes of regular files; of the others whatever the file system says
 * @param mode the twelve bits of permissions, set-user-id, set-group-id and sticky: 07777
 * @param links how many names it has
 * @param linkTarget of links as stored; null for the others
 */
public record FileStatus(
        FileKind kind,
        long sizeBytes,
        int mode,
        FileOwner owner,
        FileTimes times,
        FileKey key,
        long links,
        DeviceNumber device,
        @Nullable Path linkTarget) {
    public FileStatus {
        if (mode < 0 || mode > 07777) {
            throw new IllegalArgumentException("a mode is 0 to 07777, not 0" + Integer.toOctalString(mode));
        }
    }

    public boolean is(FileKind other) {
        return kind == other;
    }
}
