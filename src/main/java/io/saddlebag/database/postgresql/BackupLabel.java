package io.saddlebag.database.postgresql;

import io.saddlebag.database.BackupEnd;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a backup begins, by the text of its {@code backup_label}.
 *
 * @param startLsn as PostgreSQL writes it, e.g. {@code 0/2000028}
 * @param firstJournal the file that holds it
 */
record BackupLabel(String startLsn, String firstJournal) {
    private static final Pattern START =
            Pattern.compile("(?m)^START WAL LOCATION: ([0-9A-F]+/[0-9A-F]+) \\(file ([0-9A-F]{24})\\)$");
    private static final int MOST_JOURNALS = BackupEnd.MOST_JOURNALS;
    private static final int HEX = 16;

    static BackupLabel parse(String text) throws SQLException {
        Matcher found = START.matcher(text);
        if (!found.find()) {
            throw new SQLException("a backup_label without a start: " + text);
        }
        return new BackupLabel(found.group(1), found.group(2));
    }

    long timeline() {
        return Long.parseLong(firstJournal.substring(0, 8), HEX);
    }

    /**
     * Names of all journals from the first to the one that holds the last byte before that position.
     *
     * @param stopLsn one behind the last byte that is needed
     * @param segmentBytes of one journal
     */
    List<String> journalsTo(String stopLsn, long segmentBytes) throws SQLException {
        long perFile = (1L << 32) / segmentBytes;
        long first = Long.parseLong(firstJournal.substring(8, 16), HEX) * perFile
                + Long.parseLong(firstJournal.substring(16), HEX);
        long last = (position(stopLsn) - 1) / segmentBytes;
        if (last < first || last - first >= MOST_JOURNALS) {
            throw new SQLException("a backup from " + firstJournal + " to " + stopLsn);
        }
        List<String> names = new ArrayList<>();
        for (long segment = first; segment <= last; segment++) {
            names.add(String.format(
                    Locale.ROOT, "%s%08X%08X", firstJournal.substring(0, 8), segment / perFile, segment % perFile));
        }
        return names;
    }

    private static long position(String lsn) {
        int slash = lsn.indexOf('/');
        return (Long.parseLong(lsn.substring(0, slash), HEX) << 32) + Long.parseLong(lsn.substring(slash + 1), HEX);
    }
}
