package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.HeldFolder;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reaches everything below its roots through a folder that is held open for that one call, so that no link can come between
 * the look and the use (X13). Thread-safe.
 */
final class AnchoredFiles implements HostFiles {
    private final HostFiles files;
    private final Posix posix;
    private final List<Path> roots;
    private final Map<Path, HeldFolder> held = new HashMap<>();
    /** Folders of files being written, by their temporary names. */
    private final Map<Path, HeldFolder> underWay = new ConcurrentHashMap<>();

    private boolean closed;

    AnchoredFiles(HostFiles files, Posix posix, Collection<Path> roots) {
        this.files = files;
        this.posix = posix;
        // the deepest first: it is the one that is meant
        this.roots = roots.stream()
                .map(root -> root.toAbsolutePath().normalize())
                .distinct()
                .sorted(Comparator.comparing(Path::getNameCount).reversed())
                .toList();
    }

    private interface Use<T> {
        T of(Path path) throws IOException;
    }

    private interface Act {
        void on(Path path) throws IOException;
    }

    private void run(Path path, Act act) throws IOException {
        with(path, held -> {
            act.on(held);
            return path;
        });
    }

    private <T> T with(Path path, Use<T> use) throws IOException {
        Path root = rootAbove(path);
        if (root == null) {
            return use.of(path);
        }
        Path parent = parentOf(path);
        HeldFolder around = underWay.get(path);
        if (around != null) {
            return told(around, parent, () -> use.of(around.path().resolve(path.getFileName())));
        }
        try (HeldFolder folder = hold(root, parent)) {
            return told(folder, parent, () -> use.of(folder.path().resolve(path.getFileName())));
        }
    }

    /** Of what is in a folder, and not the folder's own name. */
    private <T> T inside(Path folder, Use<T> use) throws IOException {
        Path root = rootAbove(folder);
        if (root == null) {
            return use.of(folder);
        }
        try (HeldFolder itself = hold(root, folder)) {
            return told(itself, folder, () -> use.of(itself.path().resolve(".")));
        }
    }

    /** Messages name what was asked for, not how it was reached. */
    static <T> T told(HeldFolder folder, Path shown, Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (BackupException e) {
            String what = e.what().replace(folder.path() + "/", shown + "/");
            throw what.equals(e.what()) ? e : new BackupException(e.code(), what, e.hint(), e);
        }
    }

    interface Step<T> {
        T take() throws IOException;
    }

    /** Of what is below a root, which always has one. */
    private static Path parentOf(Path below) {
        return Objects.requireNonNull(below.getParent());
    }

    private @Nullable Path rootAbove(Path path) {
        for (Path root : roots) {
            if (path.startsWith(root) && !path.equals(root)) {
                return root;
            }
        }
        return null;
    }

    private HeldFolder hold(Path root, Path folder) throws IOException {
        try {
            return root(root).hold(root.relativize(folder));
        } catch (PosixException e) {
            if (e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR || e.errno() == Errno.EXDEV) {
                throw new BackupException(
                        FileFault.NOT_CONFINED,
                        "the way to " + folder + " leads through a link, or something else that is no folder",
                        "Somebody changes the target while it is being restored to; restore into a folder that is only"
                                + " yours.",
                        e);
            }
            throw FileFailure.of("reaching", folder, e);
        }
    }

    private synchronized HeldFolder root(Path root) throws PosixException {
        if (closed) {
            throw new IllegalStateException("the folders are not held any more");
        }
        HeldFolder known = held.get(root);
        if (known == null) {
            known = posix.holdFolder(root);
            held.put(root, known);
        }
        return known;
    }

    synchronized void close() {
        closed = true;
        held.values().forEach(HeldFolder::close);
        held.clear();
    }

    @Override
    public FileStatus status(Path path) throws IOException {
        return with(path, files::status);
    }

    @Override
    public Optional<FileStatus> find(Path path) throws IOException {
        try {
            return with(path, files::find);
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return Optional.empty(); // nor is there the folder
            }
            throw e;
        }
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return find(path).isPresent();
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return inside(folder, files::list).stream()
                .map(found -> folder.resolve(found.getFileName()))
                .toList();
    }

    @Override
    public SeekableByteChannel openUnnamed() throws IOException {
        return files.openUnnamed();
    }

    @Override
    public SeekableByteChannel openRead(Path file) throws IOException {
        return with(file, files::openRead);
    }

    @Override
    public SeekableByteChannel openWrite(Path file) throws IOException {
        return with(file, files::openWrite);
    }

    @Override
    public List<DataRange> dataRanges(Path file, int limit) throws IOException {
        return with(file, path -> files.dataRanges(path, limit));
    }

    @Override
    public Map<String, byte[]> attributes(Path path) throws IOException {
        return with(path, files::attributes);
    }

    @Override
    public Set<FileFlag> flags(Path path) throws IOException {
        return with(path, files::flags);
    }

    @Override
    public long usableSpaceBytes(Path path) throws IOException {
        return with(path, files::usableSpaceBytes);
    }

    @Override
    public long totalSpaceBytes(Path path) throws IOException {
        return with(path, files::totalSpaceBytes);
    }

    @Override
    public NewFile create(Path target) throws IOException {
        Path root = rootAbove(target);
        if (root == null) {
            return files.create(target);
        }
        Path parent = parentOf(target);
        HeldFolder folder = hold(root, parent);
        boolean done = false;
        try {
            NewFile file = told(folder, parent, () -> files.create(folder.path().resolve(target.getFileName())));
            done = true;
            return new AnchoredNewFile(file, folder, parent, underWay);
        } finally {
            if (!done) {
                folder.close();
            }
        }
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        run(folder, files::makeFolder);
    }

    @Override
    public void makeLink(Path link, Path target) throws IOException {
        run(link, path -> files.makeLink(path, target));
    }

    @Override
    public void makeHardLink(Path link, Path existing) throws IOException {
        run(link, to -> run(existing, from -> files.makeHardLink(to, from)));
    }

    @Override
    public void makeSpecial(Path path, FileKind kind, DeviceNumber device) throws IOException {
        run(path, held -> files.makeSpecial(held, kind, device));
    }

    @Override
    public void setOwner(Path path, int uid, int gid) throws IOException {
        run(path, held -> files.setOwner(held, uid, gid));
    }

    @Override
    public void setMode(Path path, int mode) throws IOException {
        run(path, held -> files.setMode(held, mode));
    }

    @Override
    public void setTimes(Path path, Instant accessed, Instant modified) throws IOException {
        run(path, held -> files.setTimes(held, accessed, modified));
    }

    @Override
    public void setAttribute(Path path, String name, byte[] value) throws IOException {
        run(path, held -> files.setAttribute(held, name, value));
    }

    @Override
    public void removeAttribute(Path path, String name) throws IOException {
        run(path, held -> files.removeAttribute(held, name));
    }

    @Override
    public void setFlags(Path path, Set<FileFlag> flags) throws IOException {
        run(path, held -> files.setFlags(held, flags));
    }

    @Override
    public void delete(Path path) throws IOException {
        run(path, files::delete);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        run(from, source -> run(to, target -> files.rename(source, target)));
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        run(from, source -> run(to, target -> files.replace(source, target)));
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        inside(folder, path -> {
            files.syncFolder(path);
            return path;
        });
    }

    @Override
    public void syncFileSystem(Path path) throws IOException {
        run(path, files::syncFileSystem);
    }
}
