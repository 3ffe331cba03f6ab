package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseFiles;
import io.saddlebag.database.PartSwitch;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Whole parts of a database that get other places than they had when they were backed up (R2): those that the request names, and
 * those that the database itself has in another place by now, since a second copy beside the one that it knows would be of use to
 * nobody.
 */
final class PartMoves {
    /** Of a job: copies that the database used until then, and that were left where they are. */
    static final String LEFT_COPIES = "left-copies";

    private final RestoreServices services;

    PartMoves(RestoreServices services) {
        this.services = services;
    }

    /**
     * @param chosen the backups that the request stands for
     * @return the request with a mapping for each part that gets another place, of the parts' own places only
     * @throws BackupException {@link RestoreFault#MOVES_NOT_POSSIBLE}, {@link RestoreFault#IN_THE_WAY}, or {@link
     *     DatabaseFault#NO_SWITCH}
     */
    RestoreRequest placed(RestoreRequest request, List<Backup> chosen) throws IOException {
        String name = request.database();
        if (name == null || request.target() != null || !request.objects().isEmpty()) {
            return request;
        }
        List<Path> roots = chosen.stream()
                .flatMap(each -> RestorePlanner.roots(each).stream())
                .toList();
        Map<Path, Path> moves = new LinkedHashMap<>();
        for (PathMapping mapping : request.mappings()) {
            if (!roots.contains(mapping.from())) {
                throw new BackupException(
                        RestoreFault.MOVES_NOT_POSSIBLE,
                        mapping + " maps no whole part of database " + name + "; its parts in the backup are " + roots,
                        "Map a part as a whole, or restore files without --database.");
            }
            moves.put(mapping.from(), mapping.to());
        }
        DatabaseAdapter database = services.databases().database(name);
        List<Path> asked = moves.values().stream().toList();
        Optional<PartSwitch> parts = database.partSwitch();
        if (parts.isPresent()) {
            known(database, chosen).forEach(moves::putIfAbsent);
        }
        moves.entrySet().removeIf(move -> move.getKey().equals(move.getValue()));
        requireRenamable(roots, moves);
        if (moves.isEmpty()) {
            return request.mappings().isEmpty() ? request : request.to(List.of());
        }
        requireApart(roots, moves);
        requireFree(asked, moves);
        require(parts, database, moves);
        return request.switched(moves.entrySet().stream()
                .map(move -> new PathMapping(move.getKey(), move.getValue()))
                .toList());
    }

    /** Where the database has parts of the same names now. */
    private static Map<Path, Path> known(DatabaseAdapter database, List<Backup> chosen) throws IOException {
        Map<Path, Path> moved = new LinkedHashMap<>();
        Map<String, Path> now = now(database, chosen);
        for (Backup backup : chosen) {
            List<Path> roots = RestorePlanner.roots(backup);
            DatabaseFiles.tablespaces(backup.about().facts()).forEach((part, then) -> {
                Path there = now.get(part);
                if (there != null && !there.equals(then) && roots.contains(then)) {
                    moved.put(then, there);
                }
            });
        }
        return moved;
    }

    private static Map<String, Path> now(DatabaseAdapter database, List<Backup> chosen) throws IOException {
        if (chosen.stream()
                .allMatch(
                        each -> DatabaseFiles.tablespaces(each.about().facts()).isEmpty())) {
            return Map.of();
        }
        try {
            return DatabaseFiles.tablespaces(database.components());
        } catch (BackupException lost) {
            // its data directory isn't there to tell; so there is nothing that it knows
            if (lost.is(DatabaseFault.BAD_CONFIGURATION)) {
                return Map.of();
            }
            throw lost;
        } catch (InterruptedException e) {
            throw interrupted(database, e);
        }
    }

    /** What is swapped in takes its name by a rename, which a place where a file system begins can't be given. */
    private void requireRenamable(List<Path> roots, Map<Path, Path> moves) throws IOException {
        for (Path root : roots) {
            Path place = moves.getOrDefault(root, root);
            if (services.files().isMountPoint(place)) {
                throw new BackupException(
                        RestoreFault.MOVES_NOT_POSSIBLE,
                        "a file system is mounted at " + place
                                + ", and a part that is restored takes its place by renaming",
                        "Give the part a folder in that file system: --switch --map " + root + "=" + place
                                + "/FOLDER; or restore below another folder with --to, without --database.");
            }
        }
    }

    /** A part within another one would go, or be kept, with that. */
    private static void requireApart(List<Path> roots, Map<Path, Path> moves) throws BackupException {
        Map<Path, Path> places = new TreeMap<>();
        for (Path root : roots) {
            Path place = moves.getOrDefault(root, root);
            Path other = places.put(place, root);
            if (other != null && !other.equals(root)) {
                throw overlapping(root, other, place);
            }
        }
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            for (Map.Entry<Path, Path> each : places.entrySet()) {
                boolean same = each.getValue().equals(move.getKey());
                Path to = move.getValue();
                if (!same && (to.startsWith(each.getKey()) || each.getKey().startsWith(to))) {
                    throw overlapping(move.getKey(), each.getValue(), to);
                }
            }
        }
    }

    private static BackupException overlapping(Path part, Path other, Path place) {
        return new BackupException(
                RestoreFault.MOVES_NOT_POSSIBLE,
                "at " + place + " the parts " + part + " and " + other + " would be one within the other",
                "Give each part a folder of its own.");
    }

    /** A new place is nobody's yet. */
    private void requireFree(List<Path> asked, Map<Path, Path> moves) throws IOException {
        for (Path place : asked) {
            if (!moves.containsValue(place)) {
                continue;
            }
            Path above = place.getParent();
            if (above == null
                    || !services.files()
                            .find(above)
                            .filter(there -> there.is(FileKind.FOLDER))
                            .isPresent()) {
                throw new BackupException(
                        RestoreFault.MOVES_NOT_POSSIBLE,
                        "there is no folder " + above + " for the new place " + place,
                        "Make that folder, or give another place.");
            }
            if (services.files().exists(place) && !isEmptyFolder(place)) {
                throw new BackupException(
                        RestoreFault.IN_THE_WAY,
                        "at the new place " + place + " is something already",
                        "Move it away, or give another place.");
            }
        }
    }

    private boolean isEmptyFolder(Path place) throws IOException {
        return services.files().status(place).is(FileKind.FOLDER)
                && services.files().list(place).isEmpty();
    }

    private static void require(Optional<PartSwitch> parts, DatabaseAdapter database, Map<Path, Path> moves)
            throws IOException {
        PartSwitch able = parts.orElseThrow(() -> new BackupException(
                DatabaseFault.NO_SWITCH,
                "database " + database.name() + " of engine " + database.engine()
                        + " can't be told by a restore that its parts are in other places",
                "Restore to the new places without --database, then change its configuration and start it."));
        try {
            able.require(moves);
        } catch (InterruptedException e) {
            throw interrupted(database, e);
        }
    }

    private static IOException interrupted(DatabaseAdapter database, InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException stopped =
                new InterruptedIOException("interrupted while the parts of " + database.name() + " were looked at");
        stopped.initCause(e);
        return stopped;
    }

    /**
     * Has the staged files of the database refer to the new places. Copies that it used until now and that aren't replaced are
     * recorded first, so that somebody knows of them.
     */
    void point(JobRun job, RestorePlan plan, DatabaseWindow down, UnaryOperator<Path> staged)
            throws IOException, InterruptedException {
        Map<Path, Path> moves = new LinkedHashMap<>();
        plan.request().mappings().forEach(mapping -> moves.put(mapping.from(), mapping.to()));
        if (moves.isEmpty()) {
            return;
        }
        DatabaseAdapter database = down.adapter();
        List<String> left = left(plan, database, moves);
        if (!left.isEmpty()) {
            job.figure(LEFT_COPIES, String.join(" ", left));
        }
        job.act("switch " + database.name() + " to the new places of its parts", () -> {
            down.renew();
            database.partSwitch()
                    .orElseThrow(() -> new IllegalStateException(database.name() + " was asked before"))
                    .point(moves, staged);
        });
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            job.transcript().line(move.getKey() + " of the backup is used at " + move.getValue() + " from now on");
        }
        for (String copy : left) {
            job.transcript()
                    .line("the copy that " + database.name() + " used until now stays at " + copy
                            + "; remove it when you are content");
        }
    }

    private List<String> left(RestorePlan plan, DatabaseAdapter database, Map<Path, Path> moves)
            throws IOException, InterruptedException {
        List<String> left = new ArrayList<>();
        try {
            for (Path known : DatabaseFiles.tablespaces(database.components()).values()) {
                if (!moves.containsValue(known) && services.files().exists(known)) {
                    left.add(known.toString());
                }
            }
        } catch (BackupException lost) {
            if (!lost.is(DatabaseFault.BAD_CONFIGURATION)) {
                throw lost;
            }
        }
        for (Path from : moves.keySet()) {
            // of other parts, such as journals, the place is always the same
            boolean tablespace = plan.steps().stream()
                    .anyMatch(step -> DatabaseFiles.tablespaces(
                                    step.backup().about().facts())
                            .containsValue(from));
            if (!tablespace && !moves.containsValue(from) && services.files().exists(from)) {
                left.add(from.toString());
            }
        }
        return left;
    }
}
