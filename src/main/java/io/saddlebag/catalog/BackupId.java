package io.saddlebag.catalog;

/** The number by which a backup is known in the domain, from 1, never given twice. */
public record BackupId(long value) implements Comparable<BackupId> {
    public BackupId {
        if (value < 1) {
            throw new IllegalArgumentException("backup ids are numbers from 1, not " + value);
        }
    }

    public static BackupId parse(String text) {
        try {
            return new BackupId(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a backup id; valid are numbers from 1", e);
        }
    }

    @Override
    public int compareTo(BackupId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
