package io.saddlebag.level;

import java.util.Locale;

/**
 * How much a backup takes (D2): 0 everything; 1 to 9 what changed since the newest backup of a lower level; 10 what changed since
 * the newest of any level. Offsite takes everything, and no other backup is made on top of it.
 */
public final class BackupLevel {
    public static final BackupLevel FULL = new BackupLevel(0);
    public static final BackupLevel INCREMENTAL = new BackupLevel(10);
    public static final BackupLevel OFFSITE = new BackupLevel(-1);

    private static final String OFFSITE_WORD = "offsite";
    private static final String VALID = "valid are 0 to 10, full (0), incremental (10) and offsite";

    private final int number;

    private BackupLevel(int number) {
        this.number = number;
    }

    /** @throws IllegalArgumentException unless it is 0 to 10, {@code full}, {@code incremental} or {@code offsite} */
    public static BackupLevel parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "full" -> FULL;
            case "incremental" -> INCREMENTAL;
            case OFFSITE_WORD -> OFFSITE;
            default -> {
                if (!word.matches("[0-9]|10")) {
                    throw new IllegalArgumentException("'" + text + "' is no backup level; " + VALID);
                }
                yield new BackupLevel(Integer.parseInt(word));
            }
        };
    }

    /** Whether it takes everything, whatever was backed up before. */
    public boolean isFull() {
        return number <= 0;
    }

    /** Whether a backup of this level may be made on top of one of that level. */
    boolean buildsOn(BackupLevel other) {
        return !isFull() && other.number >= 0 && (number == INCREMENTAL.number || other.number < number);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BackupLevel that && number == that.number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    /** {@code 0} to {@code 10}, or {@code offsite}. */
    @Override
    public String toString() {
        return number < 0 ? OFFSITE_WORD : Integer.toString(number);
    }
}
