package io.saddlebag.rehearsal;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Inode;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.DataRange;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Files of which all may be read and only some may be changed: those below scratch folders (W24). By their names; that no link
 * leads out of such a folder is seen to by anchoring it, as restores do.
 */
final class FencedFiles implements HostFiles {
    private final HostFiles files;
    private final Predicate<Path> mayChange;

    FencedFiles(HostFiles files, Predicate<Path> mayChange) {
        this.files = files;
        this.mayChange = mayChange;
    }

    private Path inside(Path path) throws BackupException {
        if (!mayChange.test(path.toAbsolutePath().normalize())) {
            throw new BackupException(
                    RehearsalFault.FENCED,
                    "a rehearsal was about to change " + path + ", which is outside of its scratch folder",
                    "This is a defect; report it. Whatever was there is as it was.");
        }
        return path;
    }

    @Override
    public Anchor anchor(Collection<Path> roots) {
        Anchor anchor = files.anchor(roots);
        return new Anchor(new FencedFiles(anchor.files(), mayChange), anchor.held());
    }

    @Override
    public FileStatus status(Path path) throws IOException {
        return files.status(path);
    }

    @Override
    public Optional<FileStatus> find(Path path) throws IOException {
        return files.find(path);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return files.exists(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return files.list(folder);
    }

    @Override
    public SeekableByteChannel openUnnamed() throws IOException {
        return files.openUnnamed();
    }

    @Override
    public SeekableByteChannel openRead(Path file) throws IOException {
        return files.openRead(file);
    }

    @Override
    public SeekableByteChannel openWrite(Path file) throws IOException {
        return files.openWrite(inside(file));
    }

    @Override
    public List<DataRange> dataRanges(Path file, int limit) throws IOException {
        return files.dataRanges(file, limit);
    }

    @Override
    public Map<String, byte[]> attributes(Path path) throws IOException {
        return files.attributes(path);
    }

    @Override
    public Set<FileFlag> flags(Path path) throws IOException {
        return files.flags(path);
    }

    @Override
    public long usableSpaceBytes(Path path) throws IOException {
        return files.usableSpaceBytes(path);
    }

    @Override
    public long totalSpaceBytes(Path path) throws IOException {
        return files.totalSpaceBytes(path);
    }

    @Override
    public NewFile create(Path target) throws IOException {
        return files.create(inside(target));
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        files.makeFolder(inside(folder));
    }

    @Override
    public void makeLink(Path link, Path target) throws IOException {
        files.makeLink(inside(link), target);
    }

    @Override
    public void makeHardLink(Path link, Path existing) throws IOException {
        files.makeHardLink(inside(link), inside(existing));
    }

    @Override
    public void makeSpecial(Path path, FileKind kind, DeviceNumber device) throws IOException {
        files.makeSpecial(inside(path), kind, device);
    }

    @Override
    public Inode named(Path path) {
        try {
            return files.named(inside(path));
        } catch (BackupException fenced) {
            throw new IllegalStateException(fenced);
        }
    }

    @Override
    public void setOwner(Path path, int uid, int gid) throws IOException {
        files.setOwner(inside(path), uid, gid);
    }

    @Override
    public void setMode(Path path, int mode) throws IOException {
        files.setMode(inside(path), mode);
    }

    @Override
    public void setTimes(Path path, Instant accessed, Instant modified) throws IOException {
        files.setTimes(inside(path), accessed, modified);
    }

    @Override
    public void setAttribute(Path path, String name, byte[] value) throws IOException {
        files.setAttribute(inside(path), name, value);
    }

    @Override
    public void removeAttribute(Path path, String name) throws IOException {
        files.removeAttribute(inside(path), name);
    }

    @Override
    public void setFlags(Path path, Set<FileFlag> flags) throws IOException {
        files.setFlags(inside(path), flags);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(inside(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(inside(from), inside(to));
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        files.replace(inside(from), inside(to));
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        files.syncFolder(folder);
    }

    @Override
    public void syncFileSystem(Path path) throws IOException {
        files.syncFileSystem(path);
    }
}
