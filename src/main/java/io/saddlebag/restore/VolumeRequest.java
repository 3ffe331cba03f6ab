package io.saddlebag.restore;

import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have a disk back (W15, D9).
 *
 * @param backup of volumes; the images below it are found by themselves
 * @param source which of its disks, as it was asked for at backup; null when it has only one
 * @param target a block device, or a file
 * @param occupied what happens when the target holds something already
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 */
public record VolumeRequest(
        BackupSelector backup,
        @Nullable String source,
        Path target,
        Occupied occupied,
        @Nullable String user,
        Prompt prompt) {
    /** What happens when the target holds something already. */
    public enum Occupied {
        /** Nothing is written. */
        REFUSE,
        /** The volume takes the place of what is there. */
        OVERWRITE
    }
}
