package io.saddlebag.snapshot.zfs;

import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.SnapshotFault;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of {@code zfs list -t snapshot} (zfs-list(8)): what {@code -H -p -o name,guid,userrefs} prints, with tabs between.
 *
 * @param dataset before the {@code @}
 * @param name behind it
 * @param guid by which it is told from a later one of the same name
 * @param holds how many keep it from being destroyed
 */
record DatasetSnapshot(String dataset, String name, String guid, long holds) {
    static final String COLUMNS = "name,guid,userrefs";

    /** As zfs(8) allows; nothing that {@code zfs destroy} would take for a range or a list of snapshots. */
    private static final Pattern DATASET =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.: -]*(/[A-Za-z0-9_.:-][A-Za-z0-9_.: -]*)*");

    static boolean isDataset(String name) {
        return DATASET.matcher(name).matches();
    }

    String fullName() {
        return dataset + "@" + name;
    }

    /** @throws BackupException {@link SnapshotFault#FAILED} when a line is no such line */
    static List<DatasetSnapshot> parse(List<String> lines) throws BackupException {
        List<DatasetSnapshot> all = new ArrayList<>();
        for (String line : lines) {
            String[] columns = line.split("\t", -1);
            int at = columns[0].indexOf('@');
            if (columns.length != COLUMNS.split(",").length
                    || at < 0
                    || !columns[1].matches("\\d{1,20}")
                    || !columns[2].matches("\\d{1,18}")) {
                throw new BackupException(
                        SnapshotFault.FAILED,
                        "the list of zfs was not understood: '" + line.strip() + "'",
                        "Run 'zfs list -Hp -t snapshot -o " + COLUMNS + "' and mend what it complains about.");
            }
            all.add(new DatasetSnapshot(
                    columns[0].substring(0, at), columns[0].substring(at + 1), columns[1], Long.parseLong(columns[2])));
        }
        return all;
    }
}
