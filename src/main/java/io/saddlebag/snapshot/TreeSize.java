package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What a {@link TreeCopy} would have to copy, found out without copying. One use, one thread. */
public final class TreeSize {
    /** What a name counts for beside its content: a folder full of empty files takes its time and room, too. */
    public static final long NAME_BYTES = 4096;

    private final Posix posix;
    private final HostFiles files;
    private final long limit;
    private final Visit visit;
    private final Set<FileKey> linked = new HashSet<>();
    private long bytes;

    /**
     * @param limit where looking ends, in bytes
     * @param visit of each file that is counted
     */
    public TreeSize(Posix posix, HostFiles files, long limit, Visit visit) {
        this.posix = posix;
        this.files = files;
        this.limit = limit;
        this.visit = visit;
    }

    /** What else is done with each regular file, once however many names it has. */
    public interface Visit {
        void file(Path file) throws IOException;
    }

    /** Adds a tree, as long as the sum isn't above the limit. */
    public void add(Path tree) throws IOException {
        add(tree, files.status(tree), posix.mountOf(tree).id());
    }

    /** Lengths of the files, holes included, and {@link #NAME_BYTES} for each name; more than the limit when there is more. */
    public long bytes() {
        return bytes;
    }

    private void add(Path path, FileStatus status, int mount) throws IOException {
        if (bytes > limit) {
            return;
        }
        count(NAME_BYTES);
        boolean seen = status.links() > 1 && !status.is(FileKind.FOLDER) && !linked.add(status.key());
        if (status.is(FileKind.REGULAR) && !seen) {
            count(status.sizeBytes());
            if (bytes <= limit) {
                visit.file(path);
            }
        } else if (status.is(FileKind.FOLDER)) {
            for (Path child : files.list(path)) {
                if (bytes <= limit && !child.endsWith(SnapshotPlace.FOLDER)) {
                    addChild(child, status, mount);
                }
            }
        }
    }

    /** Sparse files may be as long as a number can say. */
    private void count(long more) {
        bytes = more > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : bytes + more;
    }

    private void addChild(Path child, FileStatus above, int mount) throws IOException {
        try {
            FileStatus status = files.status(child);
            if (!TreeCopy.isElsewhere(posix, mount, child, status, above)) {
                add(child, status, mount);
            }
        } catch (BackupException e) {
            if (!e.is(FileFault.VANISHED)) {
                throw e;
            }
        }
    }
}
