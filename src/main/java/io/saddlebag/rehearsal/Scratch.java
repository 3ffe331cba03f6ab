package io.saddlebag.rehearsal;

import io.saddlebag.database.CopyPlace;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.job.JobName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;

/** The folder of one rehearsal. */
final class Scratch {
    /** Others may walk through, to what is theirs: the engine runs as a user of its own. */
    private static final int WAY_THROUGH = 0711;

    private final HostFiles files;
    private final Path place;

    Scratch(HostFiles files, Path place) {
        this.files = files;
        this.place = place;
    }

    static Path placeOf(Path scratch, JobName job) {
        return scratch.toAbsolutePath().normalize().resolve(job.value().replace('/', '-'));
    }

    Path place() {
        return place;
    }

    CopyPlace copy() {
        // short: the path of a socket has 107 bytes at most
        return new CopyPlace(place.resolve("r"), place.resolve("o"));
    }

    /** What is there already is never removed. */
    void requireFree() throws IOException {
        Path scratch = place.getParent();
        Path above = scratch == null ? null : scratch.getParent();
        if (above == null || !files.exists(above)) {
            throw new BackupException(
                    RehearsalFault.BAD_SCRATCH,
                    "there is no folder " + above + " for the scratch folder " + scratch,
                    "Make it, or give another scratch folder.");
        }
        if (files.exists(place)) {
            throw new BackupException(
                    RehearsalFault.BAD_SCRATCH,
                    "there is something in the scratch folder already: " + place,
                    "Remove it, when nothing works in it, or give another scratch folder.");
        }
    }

    void make() throws IOException {
        makeWithParents(place);
        makeWithParents(copy().root());
        makeWithParents(copy().own());
    }

    private void makeWithParents(Path folder) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path up = folder; up != null && !files.exists(up); up = up.getParent()) {
            missing.push(up);
        }
        for (Path each : missing) {
            files.makeFolder(each);
            files.setMode(each, WAY_THROUGH);
        }
    }

    /** Removes it with all in it, and follows no link on the way. No effect when it isn't there. */
    void remove() throws IOException {
        try (Anchor anchor = files.anchor(Set.of(place))) {
            HostFiles anchored = anchor.files();
            if (!anchored.exists(place)) {
                return;
            }
            Deque<Path> left = new ArrayDeque<>();
            left.push(place);
            while (!left.isEmpty()) {
                removeOrGoDown(anchored, left);
            }
        }
    }

    /** A folder stays on the stack until what is in it is gone. */
    private static void removeOrGoDown(HostFiles files, Deque<Path> left) throws IOException {
        Path next = left.element();
        try {
            if (files.status(next).kind() == FileKind.FOLDER) {
                var inside = files.list(next);
                if (!inside.isEmpty()) {
                    inside.forEach(left::push);
                    return;
                }
            }
            files.delete(next);
        } catch (BackupException e) {
            if (e.is(FileFault.PERMISSION) && clearedFlags(files, next)) {
                return;
            }
            if (!e.is(FileFault.VANISHED)) {
                throw e;
            }
        }
        left.pop();
    }

    /** A restored file may be immutable. */
    private static boolean clearedFlags(HostFiles files, Path path) throws IOException {
        if (files.flags(path).isEmpty()) {
            return false;
        }
        files.setFlags(path, Set.of());
        return true;
    }

    /** Refuses a place that is, or is around or in, what is protected; also through links. */
    static void require(HostFiles files, Path scratch, Map<Path, String> protectedPlaces) throws IOException {
        Path absolute = scratch.toAbsolutePath().normalize();
        for (Map.Entry<Path, String> each : protectedPlaces.entrySet()) {
            Path there = each.getKey().toAbsolutePath().normalize();
            if (absolute.startsWith(there) || real(absolute).startsWith(real(there))) {
                throw new BackupException(
                        RehearsalFault.BAD_SCRATCH,
                        "the scratch folder " + scratch + " is in " + each.getValue() + ", " + there,
                        "Give a folder apart from everything that is backed up, and from where backups are kept.");
            }
        }
    }

    /** Without links, as far as it is there. */
    private static Path real(Path path) throws IOException {
        for (Path up = path; up != null; up = up.getParent()) {
            Path found;
            try {
                found = up.toRealPath();
            } catch (java.nio.file.NoSuchFileException missing) {
                continue;
            }
            return found.resolve(up.relativize(path)).normalize();
        }
        return path;
    }
}
