package io.saddlebag.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a restore does so that all copies of a database's control file are of one time when it starts (W14). Pure data: printed
 * by a dry run.
 *
 * @param wholeDatabase whether all data files and redo logs come from one backup: they are of one instant then
 * @param fromBackup copies that are restored although nobody asked for them
 * @param copies restored copies that are put in the place of others
 */
public record ControlFilePlan(boolean wholeDatabase, List<Path> fromBackup, List<Copy> copies) {
    /** For what has no such files, or touches none of what belongs to them. */
    public static final ControlFilePlan NONE = new ControlFilePlan(false, List.of(), List.of());

    public ControlFilePlan {
        fromBackup = List.copyOf(fromBackup);
        copies = List.copyOf(copies);
    }

    /**
     * @param from a restored control file
     * @param to the place of another copy, which may hold one of another time
     */
    public record Copy(Path from, Path to) {}

    /** Lines for people; empty when nothing is to be done. */
    public List<String> inWords() {
        List<String> lines = new ArrayList<>();
        for (Path each : fromBackup) {
            lines.add("control file " + each + " is restored from the same backup, to match the others");
        }
        for (Copy each : copies) {
            lines.add("control file " + each.to() + " is replaced by a copy of the restored " + each.from());
        }
        return lines;
    }
}
