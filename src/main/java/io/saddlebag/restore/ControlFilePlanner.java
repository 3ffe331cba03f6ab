package io.saddlebag.restore;

import io.saddlebag.database.ControlFileChoice;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares what is to be restored with the places of all copies of the control file (W14). Pure: places in, decision out. Copies
 * that stay while the others are restored would be of another time, and the database wouldn't start (ORA-00214).
 */
final class ControlFilePlanner {
    private ControlFilePlanner() {}

    /**
     * @param database for people
     * @param now places of the control file's copies as the database has them now; empty when nobody knows
     * @param control those that the backup has
     * @param others data files, redo logs and whatever else of the backup has to be of their time
     * @param wanted files, and folders with all below them; empty for everything
     */
    record Situation(String database, Set<Path> now, Set<Path> control, Set<Path> others, List<Path> wanted) {
        Situation {
            now = new LinkedHashSet<>(now);
            control = new LinkedHashSet<>(control);
            others = new LinkedHashSet<>(others);
            wanted = List.copyOf(wanted);
        }

        private boolean restores(Path file) {
            return wanted.isEmpty() || wanted.stream().anyMatch(file::startsWith);
        }

        private boolean touches(Path file) {
            return restores(file) || wanted.stream().anyMatch(each -> each.startsWith(file));
        }

        private boolean touchesAny(Set<Path> files) {
            return files.stream().anyMatch(this::touches);
        }
    }

    /**
     * @throws BackupException {@link RestoreFault#PART_OF_DATABASE} when data files and redo logs of different times would come
     *     together; {@link RestoreFault#NO_CONTROL_FILE} when there is none to go with them
     */
    static ControlFilePlan plan(Situation situation, ControlFileChoice choice) throws BackupException {
        boolean none = situation.control().isEmpty() && situation.now().isEmpty();
        if (none || (!situation.touchesAny(situation.control()) && !situation.touchesAny(situation.others()))) {
            return ControlFilePlan.NONE;
        }
        requireAllOthers(situation);
        List<Path> restored = new ArrayList<>(
                situation.control().stream().filter(situation::restores).toList());
        List<Path> left = new ArrayList<>();
        for (Path each : situation.now().isEmpty() ? situation.control() : situation.now()) {
            if (!restored.contains(each)) {
                left.add(each);
            }
        }
        List<Path> fromBackup = new ArrayList<>();
        for (Path each : List.copyOf(left)) {
            boolean needed = choice == ControlFileChoice.SAME_BACKUP || restored.isEmpty();
            if (needed && situation.control().contains(each)) {
                fromBackup.add(each);
                restored.add(each);
                left.remove(each);
            }
        }
        if (left.isEmpty()) {
            return new ControlFilePlan(true, fromBackup, List.of());
        }
        Path source = source(situation, restored, fromBackup);
        return new ControlFilePlan(
                true,
                fromBackup,
                left.stream().map(to -> new ControlFilePlan.Copy(source, to)).toList());
    }

    /** One that the backup has at a place where none is any more is restored there, to be copied. */
    private static Path source(Situation situation, List<Path> restored, List<Path> fromBackup) throws BackupException {
        if (!restored.isEmpty()) {
            return restored.get(0);
        }
        Path any = situation.control().stream()
                .findFirst()
                .orElseThrow(() -> new BackupException(
                        RestoreFault.NO_CONTROL_FILE,
                        "the backup of database " + situation.database() + " holds no control file, and those at "
                                + situation.now() + " are of another time than its data files",
                        "Choose a backup that has one, or restore the files elsewhere with --to."));
        fromBackup.add(any);
        return any;
    }

    private static void requireAllOthers(Situation situation) throws BackupException {
        List<Path> missing = situation.others().stream()
                .filter(file -> !situation.restores(file))
                .toList();
        if (!missing.isEmpty()) {
            throw new BackupException(
                    RestoreFault.PART_OF_DATABASE,
                    "of database " + situation.database() + " only a part would be restored: " + missing.get(0)
                            + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more" : "")
                            + " would stay, and be of another time",
                    "Restore the whole database (without --object), or name all its data files and redo logs; single files"
                            + " go elsewhere with --to, for a recovery by hand.");
        }
    }
}
