package io.saddlebag.journal;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.librarian.DeviceOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants of a backup of journals (J4-J11). What is null wasn't said, and gets its default where it matters: an option
 * that was said can be in conflict with another one, a default can't.
 *
 * @param continuous more than one pass
 * @param passes {@code continuous=n}
 * @param interval zero for none
 * @param thresholdBlocks of 512 bytes
 * @param lockTimeout zero waits for ever
 * @param waiting {@code wait}: between two looks for a journal that isn't ready; zero for {@code nowait}
 * @param format null for an image as any other backup
 * @param names null for {@code SOURCE-SEQUENCE}
 * @param rename journals become the backup file as they are, instead of being copied (J10)
 * @param reset how fast released ones are emptied (J15); null for what is configured
 * @param librarian the backup file is a piece of its name (M26)
 */
public record JournalOptions(
        boolean continuous,
        @Nullable Long passes,
        @Nullable Instant until,
        @Nullable Duration interval,
        @Nullable Long thresholdBlocks,
        @Nullable Boolean quietPoint,
        @Nullable Duration lockTimeout,
        @Nullable SequenceRange sequence,
        @Nullable Duration waiting,
        @Nullable Format format,
        @Nullable JournalNames names,
        Compression compression,
        Encryption encryption,
        boolean rename,
        @Nullable ResetLoad reset,
        boolean librarian) {
    /** How backup files are laid out, in RMU's words. */
    public enum Format {
        OLD_FILE,
        NEW_TAPE
    }

    public static final JournalOptions DEFAULT = new JournalOptions(
            false,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Compression.NONE,
            Encryption.NONE,
            false,
            null,
            false);

    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);

    /**
     * What can't be wanted together, whatever the source (J9). Empty for nothing.
     *
     * @return each names both options
     */
    public List<String> conflicts() {
        List<String> found = new ArrayList<>();
        if (sequence != null) {
            conflict(found, continuous || passes != null, "sequence", "continuous");
            conflict(found, format == Format.NEW_TAPE, "sequence", "format=new_tape");
            conflict(found, interval != null, "sequence", "interval");
            conflict(found, Boolean.TRUE.equals(quietPoint), "quietPoint", "sequence");
            conflict(found, thresholdBlocks != null, "sequence", "threshold");
            conflict(found, until != null, "sequence", "until");
        }
        conflict(found, waiting != null && Boolean.TRUE.equals(quietPoint), "quietPoint", "wait");
        conflict(
                found,
                Boolean.FALSE.equals(quietPoint) && format == Format.NEW_TAPE,
                "noquietPoint",
                "format=new_tape");
        if (waiting != null && sequence == null) {
            found.add("option 'wait' belongs to option 'sequence', which was not given");
        }
        conflict(found, format == Format.OLD_FILE && !isPlain(), compressionOrEncryption(), "format=old_file");
        conflict(found, rename && !compression.equals(Compression.NONE), "rename", "compression");
        conflict(found, rename && !encryption.layers().isEmpty(), "rename", "encrypt");
        conflict(found, rename && format == Format.NEW_TAPE, "rename", "format=new_tape");
        conflict(found, librarian && format != null, DeviceOptions.LIBRARIAN, "format");
        if (continuous && passes == null && until == null && interval == null) {
            found.add("option 'continuous' needs at least one of 'until', 'interval' and a number of passes");
        }
        if (!continuous && (until != null || passes != null)) {
            found.add("option '" + (until != null ? "until" : "passes") + "' belongs to option 'continuous'");
        }
        return found;
    }

    /** What this source doesn't allow (J6, J10, J15). Empty for nothing. */
    List<String> conflictsWith(JournalSource source) {
        List<String> found = new ArrayList<>();
        if (Boolean.TRUE.equals(quietPoint) && !source.abilities().contains(JournalSource.Ability.QUIET_POINT)) {
            found.add(
                    "option 'quietPoint' can't be used with source '" + source.name() + "', which has no quiet point");
        }
        if (rename && source.folder().isEmpty()) {
            found.add("option 'rename' can't be used with source '" + source.name()
                    + "', whose journals its engine keeps for itself: it is for journals in a folder");
        }
        if (reset != null && !source.abilities().contains(JournalSource.Ability.RESET)) {
            found.add("options 'resetRequests' and 'resetBlocks' can't be used with source '" + source.name()
                    + "', whose journals aren't 'preallocated'");
        }
        return found;
    }

    /** What this layout doesn't allow (J1). Empty for nothing. */
    public List<String> conflictsWith(JournalLayout layout) {
        List<String> found = new ArrayList<>();
        if (thresholdBlocks != null && layout == JournalLayout.FIXED_SIZE) {
            found.add("option 'threshold' is for an extensible journal, and the layout is 'fixed-size'");
        }
        if (sequence != null && layout == JournalLayout.EXTENSIBLE) {
            found.add("option 'sequence' is for journals of a fixed size, and the layout is 'extensible'");
        }
        return found;
    }

    /** What is done, but not as somebody may have thought. */
    public List<String> warnings(boolean toTape) {
        List<String> found = new ArrayList<>();
        if (interval != null && !continuous) {
            found.add("option 'interval' is ignored, since 'continuous' was not given");
        }
        if (continuous && toTape) {
            found.add(
                    "continuous backup to tape isn't recommended: a tape is never done, and a file that was not ended may"
                            + " be the only copy; back up to a disk pool, or without 'continuous'");
        }
        if (lockTimeout != null && Boolean.FALSE.equals(quietPoint)) {
            found.add("option 'lockTimeout' is ignored with 'noquietPoint'");
        }
        return found;
    }

    public JournalSchedule schedule() {
        return continuous
                ? new JournalSchedule(
                        true, passes, until, interval == null ? JournalSchedule.DEFAULT_INTERVAL : interval)
                : JournalSchedule.ONCE;
    }

    /** Whether a quiet point is wanted; the default is that it is, for full passes (J6). */
    public boolean wantsQuietPoint() {
        return sequence == null && !Boolean.FALSE.equals(quietPoint);
    }

    String extension() {
        return format == Format.NEW_TAPE ? JournalNames.NEW_TAPE_EXTENSION : JournalNames.EXTENSION;
    }

    private boolean isPlain() {
        return compression.equals(Compression.NONE) && encryption.layers().isEmpty();
    }

    private String compressionOrEncryption() {
        return compression.equals(Compression.NONE) ? "encrypt" : "compression";
    }

    private static void conflict(List<String> found, boolean both, String one, String other) {
        if (both) {
            found.add("options '" + one + "' and '" + other + "' can't be used together");
        }
    }
}
