package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Accounts;
import io.saddlebag.host.Confined;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.media.PoolFile;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A folder (docs/formats/pool.md). Files are written in a folder of their writer's own, made durable, and renamed into their
 * places. A file that is in its place is whole.
 */
public final class FolderStore implements PoolStore {
    private static final String QUARANTINE = ".quarantine";

    private static final int SEARCHED_BY_OTHERS = 011;

    private final HostFiles files;
    private final Path root;
    private final PoolMarker marker;
    private final Incoming incoming;
    private final ByteCount reserve;
    private final Accounts accounts;

    /**
     * @param pool its configured name
     * @param reserve what stays free in the file system, whatever is written here
     */
    public FolderStore(HostFiles files, Path root, String pool, ByteCount reserve, WriterLocks locks) {
        this(files, root, pool, reserve, locks, Accounts.UNKNOWN);
    }

    /** @param accounts those who can own files here */
    public FolderStore(
            HostFiles files, Path root, String pool, ByteCount reserve, WriterLocks locks, Accounts accounts) {
        this.accounts = accounts;
        this.files = files;
        this.root = root.toAbsolutePath().normalize();
        this.reserve = reserve;
        this.incoming = new Incoming(files, this.root, locks);
        this.marker = new PoolMarker(files, this.root, pool, incoming);
    }

    @Override
    public String place() {
        return root.toString();
    }

    @Override
    public void requireReady(Expected expected) throws IOException {
        marker.require(expected);
    }

    @Override
    public void removeLeftovers() throws IOException {
        incoming.removeLeftovers();
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return OptionalLong.of(Math.max(0, files.usableSpaceBytes(root) - reserve.bytes()));
    }

    @Override
    public @Nullable String adoptsNothingFrom(Path folder) throws IOException {
        // what the names lead to, should they be links
        long here = files.status(root.resolve(".")).key().device();
        long there = files.status(folder.resolve(".")).key().device();
        return here == there ? null : folder + " and " + root + " are in different file systems";
    }

    /** A file is made as those of images are: what mounts, namespaces and capabilities allow is known by nothing less. */
    @Override
    public void requireRights(FileRights rights) throws IOException {
        FileGrant grant = FileGrant.of(rights, accounts);
        if (!rights.isSaid() || !files.exists(root.resolve(PoolMarker.FILE))) {
            return;
        }
        Path folder = incoming.begin();
        try {
            tryOut(folder.resolve("rights"), grant, rights);
        } finally {
            incoming.removeFolder(folder);
        }
    }

    private void tryOut(Path at, FileGrant grant, FileRights rights) throws IOException {
        try (NewFile file = files.create(at)) {
            grant.give(file);
            file.publish();
        } catch (BackupException e) {
            throw isNotGiven(e) ? notGiven(rights, e.what(), e) : e;
        }
        FileStatus has = files.status(at);
        if (!grant.isGiven(has)) {
            throw notGiven(
                    rights,
                    "its file system gave it mode 0" + Integer.toOctalString(has.mode()) + " and user "
                            + has.owner().user(),
                    null);
        }
        try {
            files.openRead(at).close();
        } catch (BackupException e) {
            if (!e.is(FileFault.PERMISSION)) {
                throw e;
            }
            throw new BackupException(
                    PoolFault.RIGHTS,
                    "a file in " + root + " that " + rights + " could not be read again by this node: " + e.what(),
                    "Let the protection allow that to the user who runs the node, or run it as root.",
                    e);
        }
    }

    /** Whether that is for want of rights, or of a file system that has any. */
    static boolean isNotGiven(BackupException e) {
        return e.is(FileFault.PERMISSION) || e.is(FileFault.UNSUPPORTED);
    }

    BackupException notGiven(FileRights rights, String why, @Nullable BackupException cause) {
        return new BackupException(
                PoolFault.RIGHTS,
                "this node can't make a file in " + root + " that " + rights + ": " + why,
                "Run it as root, leave the owner out or name the user who runs it, on a file system that keeps both.",
                cause);
    }

    @Override
    public Batch begin(FileRights rights) throws IOException {
        FileGrant grant = FileGrant.of(rights, accounts);
        incoming.removeLeftovers();
        return new FolderBatch(files, this, incoming.begin(), reserve, new FolderBatch.Given(rights, grant));
    }

    @Override
    public Optional<Renewals> renewals() {
        return Optional.of(new FolderRenewals(files, this, incoming, reserve));
    }

    @Override
    public void requireThere(String path, long bytes) throws IOException {
        open(path, bytes).close();
    }

    @Override
    public boolean canSeek() {
        return true;
    }

    @Override
    public InputStream open(String path, long bytes) throws IOException {
        return open(path, bytes, 0);
    }

    @Override
    public InputStream open(String path, long bytes, long from) throws IOException {
        SeekableByteChannel channel = channel(path);
        boolean done = false;
        try {
            if (channel.size() != bytes) {
                throw new BackupException(
                        PoolFault.DAMAGED,
                        "file " + path + " in " + root + " has " + channel.size() + " bytes, and " + bytes
                                + " were written",
                        "Restore from another backup; look at what was done to the file.");
            }
            channel.position(from);
            done = true;
            return Channels.newInputStream(channel);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    @Override
    public InputStream open(String path) throws IOException {
        return Channels.newInputStream(channel(path));
    }

    private SeekableByteChannel channel(String path) throws IOException {
        try {
            return files.openRead(resolve(path));
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                throw missing(path);
            }
            throw e;
        }
    }

    @Override
    public boolean canRemove() {
        return true;
    }

    @Override
    public boolean canList() {
        return true;
    }

    @Override
    public List<String> list() throws IOException {
        return list(root);
    }

    @Override
    public List<String> listQuarantine() throws IOException {
        Path folder = resolve(QUARANTINE);
        return files.exists(folder) ? list(folder) : List.of();
    }

    private List<String> list(Path below) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path family : files.list(below)) {
            String name = String.valueOf(family.getFileName());
            if (!name.startsWith(".") && files.status(family).is(FileKind.FOLDER)) {
                for (Path file : files.list(family)) {
                    String path = name + "/" + file.getFileName();
                    if (PoolFile.isPath(path) && files.status(file).is(FileKind.REGULAR)) {
                        found.add(path);
                    }
                }
            }
        }
        return found;
    }

    @Override
    public boolean has(String path, long bytes) throws IOException {
        Path file = resolve(path);
        if (!files.exists(file)) {
            return false;
        }
        FileStatus status = files.status(file);
        return status.is(FileKind.REGULAR) && status.sizeBytes() == bytes;
    }

    @Override
    public void quarantine(String path) throws IOException {
        Path from = resolve(path);
        if (files.exists(from)) {
            ensureFolder(root.resolve(QUARANTINE));
            move(from, resolve(QUARANTINE + "/" + path));
        }
    }

    @Override
    public void reinstate(String path) throws IOException {
        Path to = resolve(path);
        if (files.exists(to)) {
            return;
        }
        Path from = resolve(QUARANTINE + "/" + path);
        if (!files.exists(from)) {
            throw missing(path);
        }
        move(from, to);
    }

    @Override
    public void remove(String path) throws IOException {
        Path file = resolve(QUARANTINE + "/" + path);
        if (files.exists(file)) {
            files.delete(file);
            files.syncFolder(parent(file));
        }
    }

    @Override
    public void discard(List<String> paths) throws IOException {
        for (String path : paths) {
            Path file = resolve(path);
            files.delete(file);
            files.syncFolder(parent(file));
        }
    }

    /** Lets others through the file's folder, in which they list nothing; folders above it are the administrator's. */
    void letThrough(Path file) throws IOException {
        Path folder = parent(file);
        int mode = files.status(folder).mode();
        if ((mode & SEARCHED_BY_OTHERS) != SEARCHED_BY_OTHERS) {
            files.setMode(folder, mode | SEARCHED_BY_OTHERS);
        }
    }

    /** Durably. */
    private void move(Path from, Path to) throws IOException {
        rename(from, to);
        files.syncFolder(parent(to));
        files.syncFolder(parent(from));
    }

    /**
     * Makes the folder that is to get the file. The name is durable when both folders are.
     *
     * @throws BackupException {@link PoolFault#IN_THE_WAY}
     */
    void rename(Path from, Path to) throws IOException {
        ensureFolder(parent(to));
        try {
            files.rename(from, to);
        } catch (BackupException e) {
            if (e.is(FileFault.EXISTS)) {
                throw new BackupException(
                        PoolFault.IN_THE_WAY,
                        "there is a file " + to + " already, where " + from + " was to go",
                        "Look where it comes from, and move it out of the pool.",
                        e);
            }
            throw e;
        }
    }

    /** @throws BackupException {@link FileFault#NOT_CONFINED} where a link on the way leads elsewhere */
    Path resolve(String path) throws IOException {
        return new Confined(files, root).resolve(path);
    }

    void ensureFolder(Path folder) throws IOException {
        if (files.exists(folder)) {
            return;
        }
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
        files.syncFolder(parent(folder));
    }

    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " is in no folder");
        }
        return parent;
    }

    private BackupException missing(String path) {
        return new BackupException(
                PoolFault.MISSING,
                "there is no file " + path + " in " + root,
                "Look who removed it; other backups are listed by 'saddlebag lsbu'.");
    }
}
