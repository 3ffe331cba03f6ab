package io.saddlebag.backup;

import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.dataset.Selection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.Content;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.PartEnd;
import io.saddlebag.image.SparseMap;
import io.saddlebag.posix.RawPath;
import io.saddlebag.snapshot.SnapshotPlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frozen views of some paths, folders before what is in them, and hands over each object under the name that it
 * has on the source. Memory: the names of the folders on the way down, and of files with several names.
 */
final class FileTree implements ImageSource {
    private static final Path SNAPSHOTS = Path.of(SnapshotPlace.FOLDER);

    private final HostFiles files;
    private final FileContents contents;
    private final FileFacts facts;
    private final Iterator<Root> roots;
    private final @Nullable Fingerprints prints;
    private final @Nullable TreeChanges changes;
    private final LateFiles lateFiles;
    private @Nullable Iterator<LateFiles.LateFile> late;
    private final Deque<OpenFolder> folders = new ArrayDeque<>();
    private final Map<FileKey, FirstName> linked = new HashMap<>();
    private @Nullable Root root;
    private @Nullable ObjectEntry then;
    /** Stands for what is in a folder that can't be listed; opening it fails, which is told of as of any file. */
    private @Nullable ImageMember unlisted;

    private boolean severalNames;
    private long device;
    private int rootNumber = -1;
    private @Nullable WalkPosition behind;
    private @Nullable StoredBefore stored;
    /** Whether the object at the place is in the image in part only. */
    private boolean within;
    /** Whether what the walk is at is in the image already. */
    private boolean passing;

    FileTree(HostFiles files, List<Root> roots) {
        this(files, roots, null, null, LateFiles.NONE);
    }

    /**
     * @param prints null when no later backup will be compared with this one
     * @param changes with what the tree is compared, so that only what changed is handed over, and all folders; null for everything
     * @param lateFiles come behind all the trees
     */
    FileTree(
            HostFiles files,
            List<Root> roots,
            @Nullable Fingerprints prints,
            @Nullable TreeChanges changes,
            LateFiles lateFiles) {
        this.lateFiles = lateFiles;
        this.files = files;
        this.contents = new FileContents(files);
        this.facts = new FileFacts(files);
        this.roots = roots.iterator();
        this.prints = prints;
        this.changes = changes;
    }

    /**
     * Hands over only what comes behind a place, for an image that holds what is before (D6). The tree is walked as ever: what it has by now, and
     * not what it had, decides what has further names.
     */
    FileTree behind(PartEnd end, StoredBefore image, List<Root> all) {
        if (end.isBeforeObjects()) {
            return this;
        }
        behind = new WalkPosition(all.stream().map(Root::source).toList(), end.last());
        within = end.within() != null;
        stored = image;
        passing = true;
        return this;
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        while (true) {
            ImageMember pending = unlisted != null ? unlisted : changes == null ? null : changes.nextDeleted();
            unlisted = null;
            if (pending != null) {
                if (!passing) {
                    severalNames = false;
                    return pending;
                }
                continue;
            }
            Path next = nextPath();
            if (next == null) {
                return nextLate();
            }
            Root from = Objects.requireNonNull(root);
            int place = place(from.sourceOf(next));
            passing = place <= 0;
            ImageMember member = member(next, from);
            // what follows from the object at the place itself came no more
            passing = place < 0;
            if (member != null && place > 0) {
                return member;
            }
        }
    }

    private int place(Path source) {
        int place = behind == null ? 1 : behind.compare(rootNumber, ImageMember.pathOf(RawPath.bytes(source)));
        return place == 0 && within ? 1 : place;
    }

    private @Nullable ImageMember nextLate() throws IOException {
        Iterator<LateFiles.LateFile> rest = late;
        if (rest == null) {
            rest = lateFiles.files().iterator();
            late = rest;
        }
        severalNames = false;
        if (!rest.hasNext()) {
            return null;
        }
        LateFiles.LateFile file = rest.next();
        FileStatus status = files.status(file.from());
        ByteString path = ImageMember.pathOf(RawPath.bytes(file.source()));
        MemberAttributes attributes = facts.attributes(file.from(), status, Fingerprints.NONE);
        String content = file.content();
        if (content == null) {
            return ImageMember.file(path, attributes, status.sizeBytes(), () -> {
                try {
                    return contents.of(file.from()).open();
                } catch (IOException e) {
                    // unlike a file of a tree it was promised
                    throw new BackupException(
                            BackupFault.SOURCE_CHANGED,
                            file.from() + " could not be read: " + e.getMessage(),
                            "Without it the image is worth nothing: repeat the backup.",
                            e);
                }
            });
        }
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return ImageMember.file(path, attributes, bytes.length, Content.of(bytes));
    }

    /** Whether the member handed over last is a file with further names, all of which may come later. */
    boolean lastHasSeveralNames() {
        return severalNames;
    }

    private @Nullable Path nextPath() throws IOException {
        while (!folders.isEmpty()) {
            OpenFolder open = folders.peek();
            if (open.rest().hasNext()) {
                Path next = open.rest().next();
                then = open.then().isEmpty() ? null : open.then().get(TreeChanges.exact(next.getFileName()));
                return next;
            }
            folders.pop();
        }
        if (!roots.hasNext()) {
            return null;
        }
        Root next = roots.next();
        root = next;
        rootNumber++;
        then = changes == null ? null : changes.root(next.source());
        return next.frozen();
    }

    /** Null for what is gone by now: it was never promised. */
    private @Nullable ImageMember member(Path frozen, Root from) throws IOException {
        FileStatus status;
        try {
            status = files.status(frozen);
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED) && !frozen.equals(from.frozen())) {
                return null;
            }
            throw e;
        }
        if (frozen.equals(from.frozen())) {
            device = status.key().device();
        }
        // another file system begins here: it is a root of its own, or not wanted
        boolean elsewhere = from.selection() != null && status.key().device() != device;
        Path source = from.sourceOf(frozen);
        ObjectEntry known = then;
        if (status.is(FileKind.FOLDER)) {
            enter(frozen, source, status, from, elsewhere);
        } else if (changes != null && known != null && TreeChanges.isFolder(known)) {
            changes.replaced(known);
        }
        return member(frozen, source, status, known);
    }

    /** What is in a folder that can't be listed isn't known to be gone: an earlier backup's objects of it stay. */
    private void enter(Path frozen, Path source, FileStatus status, Root from, boolean elsewhere) throws IOException {
        List<Path> in;
        try {
            in = elsewhere ? List.of() : children(frozen, from);
        } catch (BackupException e) {
            if (!e.is(FileFault.PERMISSION)) {
                throw e;
            }
            ByteString path = ImageMember.pathOf(RawPath.bytes(source));
            unlisted = ImageMember.file(path, facts.attributes(frozen, status, Fingerprints.NONE), 1, () -> {
                throw FileContents.ofThisFile(e);
            });
            return;
        }
        folders.push(new OpenFolder(in.iterator(), changes == null ? Map.of() : changes.enter(source, in)));
    }

    private List<Path> children(Path folder, Root from) throws IOException {
        if (from.isEmptied(folder)) {
            return List.of();
        }
        Set<String> leftOut = folder.equals(from.frozen()) ? from.leftOut() : Set.of();
        List<Path> kept = new ArrayList<>();
        for (Path child : files.list(folder)) {
            Path name = child.getFileName();
            boolean out = name.equals(SNAPSHOTS)
                    || leftOut.contains(name.toString())
                    || (from.selection() != null
                            && from.selection().leavesOut(from.sourceOf(child).toString()));
            if (!out) {
                kept.add(child);
            }
        }
        return kept;
    }

    /** Null for what is in the state as it is. */
    private @Nullable ImageMember member(Path frozen, Path source, FileStatus status, @Nullable ObjectEntry known)
            throws IOException {
        Fingerprints.Fingerprint print =
                prints == null || status.is(FileKind.FOLDER) ? Fingerprints.NONE : prints.of(status, source);
        severalNames = status.links() > 1 && !status.is(FileKind.FOLDER);
        FirstName first = severalNames ? linked.get(status.key()) : null;
        // a further name of what is stored anew is stored anew, so that it is never restored before that
        boolean same = known != null
                && (first == null || !first.stored())
                && TreeChanges.isSame(known, type(status, first), link(status, first), status, print);
        if (same && !severalNames) {
            return null;
        }
        ByteString path = ImageMember.pathOf(RawPath.bytes(source));
        if (severalNames && first == null && (same || isInImage(path, status))) {
            linked.put(status.key(), new FirstName(path, !same));
        }
        if (same) {
            return null;
        }
        MemberAttributes attributes = facts.attributes(frozen, status, print);
        if (first != null) {
            return ImageMember.hardLink(path, attributes, first.path());
        }
        return member(frozen, path, status, attributes);
    }

    /** What should be in the image by the order of the walk, and appeared since, is not. */
    private boolean isInImage(ByteString path, FileStatus status) throws IOException {
        return !passing || stored == null || stored.has(path, status.key().inode());
    }

    private static MemberType type(FileStatus status, @Nullable FirstName first) {
        if (first != null) {
            return MemberType.HARD_LINK;
        }
        return switch (status.kind()) {
            case REGULAR -> MemberType.FILE;
            case FOLDER -> MemberType.DIRECTORY;
            case LINK -> MemberType.SYMBOLIC_LINK;
            case FIFO -> MemberType.FIFO;
            case SOCKET -> MemberType.SOCKET;
            case CHARACTER_DEVICE -> MemberType.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> MemberType.BLOCK_DEVICE;
        };
    }

    private static @Nullable ByteString link(FileStatus status, @Nullable FirstName first) {
        Path target = status.linkTarget();
        if (first != null) {
            return first.path();
        }
        return target == null ? null : ByteString.copyOf(RawPath.bytes(target));
    }

    private ImageMember member(Path frozen, ByteString path, FileStatus status, MemberAttributes attributes)
            throws IOException {
        return switch (status.kind()) {
            case REGULAR -> file(frozen, path, attributes, status);
            case FOLDER -> ImageMember.directory(path, attributes);
            case LINK ->
                ImageMember.symbolicLink(
                        path,
                        attributes,
                        ByteString.copyOf(RawPath.bytes(Objects.requireNonNull(status.linkTarget()))));
            case FIFO -> ImageMember.fifo(path, attributes);
            case SOCKET -> ImageMember.socket(path, attributes);
            case CHARACTER_DEVICE -> ImageMember.device(path, MemberType.CHARACTER_DEVICE, attributes, number(status));
            case BLOCK_DEVICE -> ImageMember.device(path, MemberType.BLOCK_DEVICE, attributes, number(status));
        };
    }

    private static io.saddlebag.image.DeviceNumber number(FileStatus status) {
        return new io.saddlebag.image.DeviceNumber(
                status.device().major(), status.device().minor());
    }

    private ImageMember file(Path frozen, ByteString path, MemberAttributes attributes, FileStatus status)
            throws IOException {
        long size = status.sizeBytes();
        SparseMap sparse = facts.sparse(frozen, size);
        return sparse == null
                ? ImageMember.file(path, attributes, size, contents.of(frozen, status))
                : ImageMember.sparseFile(path, attributes, size, sparse, contents.of(frozen, sparse, status));
    }

    /**
     * @param leftOut names right below the root that aren't backed up
     * @param emptied names of folders right below the root that are backed up without what is in them, or the root itself
     * @param selection what a dataset takes of it; null for everything, mounted file systems as well
     */
    record Root(
            Path source,
            Path frozen,
            Set<String> leftOut,
            Set<String> emptied,
            @Nullable Selection selection) {
        /** All that decides what is taken, in an order that is always the same. */
        String extent() {
            Selection taken = selection;
            return source + " without " + new TreeSet<>(leftOut)
                    + (taken == null
                            ? ""
                            : " of " + taken.path() + " without " + new TreeSet<>(taken.leftOut()) + " " + taken.names()
                                    + ", across " + new TreeSet<>(taken.crosses()));
        }

        boolean isEmptied(Path folder) {
            if (emptied.isEmpty()) {
                return false;
            }
            return folder.equals(frozen)
                    ? emptied.contains(DatabaseComponent.ITSELF)
                    : frozen.equals(folder.getParent()) && emptied.contains(String.valueOf(folder.getFileName()));
        }

        Path sourceOf(Path frozenPath) {
            Path there = frozen.equals(source) ? frozenPath : source.resolve(frozen.relativize(frozenPath));
            return there.normalize();
        }
    }

    /** @param then what the state has in it, by name */
    private record OpenFolder(Iterator<Path> rest, Map<String, ObjectEntry> then) {}

    /** @param stored whether its content is in this image, and not in an earlier one */
    private record FirstName(ByteString path, boolean stored) {}
}
