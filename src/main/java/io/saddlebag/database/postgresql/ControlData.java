package io.saddlebag.database.postgresql;

import io.saddlebag.database.BlockFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code pg_controldata} says of a data directory, in the C locale. */
final class ControlData {
    private final Path data;
    private final Map<String, String> values;

    private ControlData(Path data, Map<String, String> values) {
        this.data = data;
        this.values = values;
    }

    static ControlData of(Path data, List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return new ControlData(data, values);
    }

    String systemIdentifier() throws BackupException {
        return text("Database system identifier");
    }

    boolean isShutDown() throws BackupException {
        return text("Database cluster state").equals("shut down");
    }

    LogPosition checkpoint() throws BackupException {
        return LogPosition.parse(text("Latest checkpoint location"));
    }

    long timeline() throws BackupException {
        return number("Latest checkpoint's TimeLineID");
    }

    int blockBytes() throws BackupException {
        return (int) number("Database block size");
    }

    long blocksOfSegment() throws BackupException {
        return number("Blocks per segment of large relation");
    }

    long journalBytes() throws BackupException {
        return number("Bytes per WAL segment");
    }

    boolean hasChecksums() throws BackupException {
        return number("Data page checksum version") > 0;
    }

    private long number(String label) throws BackupException {
        String text = text(label);
        if (!text.matches("\\d{1,18}")) {
            throw unknown(label);
        }
        return Long.parseLong(text);
    }

    private String text(String label) throws BackupException {
        String value = values.get(label);
        if (value == null) {
            throw unknown(label);
        }
        return value;
    }

    private BackupException unknown(String label) {
        return new BackupException(
                BlockFault.NO_PROGRAM,
                "pg_controldata doesn't tell the '" + label + "' of " + data,
                "See that it is of the server's version, and that its user may read the data directory.");
    }
}
