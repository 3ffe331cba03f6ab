package io.saddlebag.boot;

import io.saddlebag.restore.BackupSelector;
import io.saddlebag.tapeoption.Prompt;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A wish to see a backed-up disk boot (D9).
 *
 * @param backup of disks; the images below it are found by themselves
 * @param source which of its disks, as it was asked for at backup; null when it has only one
 * @param marker is found in a line of the serial console when the disk has booted
 * @param limit from the machine's start to that line
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 */
public record BootRequest(
        BackupSelector backup,
        @Nullable String source,
        BootMachine machine,
        Pattern marker,
        Duration limit,
        @Nullable String user,
        Prompt prompt) {
    /** What systemd and sysvinit say when users may come; a line of its own, as a login prompt isn't. */
    public static final String DEFAULT_MARKER = "Reached target .*(Multi-User|Graphical|Login)|login:";

    public static final Duration DEFAULT_LIMIT = Duration.ofMinutes(5);

    public static final Duration LONGEST_LIMIT = Duration.ofHours(6);

    public BootRequest {
        if (limit.isZero() || limit.isNegative() || limit.compareTo(LONGEST_LIMIT) > 0) {
            throw new IllegalArgumentException("a boot test takes more than no time and at most 6 hours, not " + limit);
        }
    }

    /** @throws IllegalArgumentException when it is no regular expression */
    public static Pattern marker(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no regular expression: " + e.getDescription() + " at " + e.getIndex(), e);
        }
    }
}
