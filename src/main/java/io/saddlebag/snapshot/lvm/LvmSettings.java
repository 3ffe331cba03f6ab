package io.saddlebag.snapshot.lvm;

import io.saddlebag.quantity.ByteCount;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How LVM is used here.
 *
 * @param program that takes LVM's commands as its first argument
 * @param views folder below which snapshots are mounted; made when missing, its parent must exist
 * @param room for what changes while a thick snapshot is there
 * @param timeout of each command
 */
public record LvmSettings(List<String> program, Path views, Room room, Duration timeout) {
    public static final List<String> PROGRAM = List.of("lvm");
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

    public LvmSettings {
        program = List.copyOf(program);
        views = views.toAbsolutePath().normalize();
    }

    /** Room of a thick snapshot: of a size, or a share of its origin's. Thin ones take theirs from their pool. */
    public record Room(long bytes, int percent) {
        public static final Room DEFAULT = new Room(0, 20);

        private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");
        private static final int WHOLE = 100;

        /** Sizes are given to LVM in sectors. */
        private static final long SECTOR_BYTES = 512;

        public Room {
            if ((bytes > 0) == (percent > 0) || bytes < 0 || percent < 0 || percent > WHOLE) {
                throw new IllegalArgumentException("room of a snapshot is a size, or 1 to 100 percent");
            }
        }

        /**
         * @param text {@code 20%} or {@code 4GiB}
         * @throws IllegalArgumentException when it is neither
         */
        public static Room parse(String text) {
            Matcher percent = PERCENT.matcher(text);
            return percent.matches()
                    ? new Room(0, Integer.parseInt(percent.group(1)))
                    : new Room(ByteCount.parse(text).bytes(), 0);
        }

        long bytesFor(long originBytes) {
            long wanted = bytes > 0 ? bytes : (originBytes / WHOLE + 1) * percent;
            return (wanted + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
        }
    }
}
