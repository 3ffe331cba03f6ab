package io.saddlebag.backup;

import io.saddlebag.backup.LinkedFiles.FirstName;
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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frozen views of some paths, folders before what is in them, and hands over each object under the name that it
 * has on the source. Memory: the names in the folders on the way down, as bytes, and a few of files with several names (Q9).
 */
final class FileTree implements ImageSource {
    /** At a folder that is replaced each time that it is about to be listed. */
    private static final int MOST_LOOKS = 3;

    private static final Path SNAPSHOTS = Path.of(SnapshotPlace.FOLDER);

    private final HostFiles files;
    private final FileContents contents;
    private final FileFacts facts;
    private final Iterator<Root> roots;
    private final @Nullable Fingerprints prints;
    private final @Nullable TreeChanges changes;
    private final LateFiles lateFiles;
    private final @Nullable Vanished vanished;
    private @Nullable Iterator<LateFiles.LateFile> late;
    private final Deque<OpenFolder> folders = new ArrayDeque<>();
    private final LinkedFiles linked;
    private @Nullable FirstName lastFirst;
    private @Nullable Root root;
    private @Nullable ObjectEntry then;
    /** Stands for what is in a folder that can't be listed. */
    private @Nullable ImageMember unlisted;

    /** Why the first root that couldn't be read could not. */
    private @Nullable BackupException unreadRoot;

    private boolean someRootIsRead;
    private long device;
    private int rootNumber = -1;
    private @Nullable WalkPosition behind;
    private @Nullable StoredBefore stored;
    /** Whether the object at the place is in the image in part only. */
    private boolean within;
    /** Whether what the walk is at is in the image already. */
    private boolean passing;

    FileTree(HostFiles files, List<Root> roots) {
        this(files, roots, null, null, LateFiles.NONE, null);
    }

    /**
     * @param prints null when no later backup will be compared with this one
     * @param changes with what the tree is compared, so that only what changed is handed over, and all folders; null for everything
     * @param lateFiles come behind all the trees
     * @param vanished hears what was gone before it was looked at; null where all that was there is needed, and is warned of
     */
    FileTree(
            HostFiles files,
            List<Root> roots,
            @Nullable Fingerprints prints,
            @Nullable TreeChanges changes,
            LateFiles lateFiles,
            @Nullable Vanished vanished) {
        this.lateFiles = lateFiles;
        this.vanished = vanished;
        this.files = files;
        this.linked = new LinkedFiles(files);
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
                    return pending;
                }
                continue;
            }
            Path next = nextPath();
            if (next == null) {
                requireSomeRoot();
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

    /**
     * The lane of a member that was handed over last: all names of a file are in that of the first one.
     *
     * @param asking takes it where nothing else is said
     */
    int laneOf(ImageMember member, int asking) throws IOException {
        if (member.content() instanceof FurtherName further) {
            return further.first().laneOr(asking);
        }
        settledIn(member, asking);
        return asking;
    }

    /** A file with further names, which may all come later, was handed over or settled last, and is in that lane. */
    void settledIn(ImageMember member, int lane) throws IOException {
        FirstName first = lastFirst;
        if (first != null && first.path().equals(member.path())) {
            first.goesTo(lane);
        }
    }

    @Override
    public void close() throws IOException {
        linked.close();
    }

    private @Nullable Path nextPath() throws IOException {
        while (!folders.isEmpty()) {
            OpenFolder open = folders.peek();
            if (open.rest().hasNext()) {
                Path next = open.rest().next();
                then = changes == null ? null : changes.then(open.before(), TreeChanges.exact(next.getFileName()));
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
        lastFirst = null;
        boolean isRoot = frozen.equals(from.frozen());
        Path source = from.sourceOf(frozen);
        Look look;
        try {
            look = look(frozen, from);
        } catch (BackupException e) {
            boolean gone = e.is(FileFault.VANISHED);
            if (!FileContents.isOfOneFile(e) || (gone && isRoot)) {
                throw e;
            }
            if (isRoot) {
                rootIsUnread(e);
            }
            return gone ? gone(source, e) : unread(source, e);
        }
        if (isRoot && look.unlisted() != null) {
            rootIsUnread(look.unlisted());
        }
        someRootIsRead |= isRoot && look.unlisted() == null;
        FileStatus status = look.status();
        ObjectEntry known = then;
        if (status.is(FileKind.FOLDER)) {
            enter(source, look);
        } else if (changes != null && known != null && TreeChanges.isFolder(known)) {
            changes.replaced(known);
        }
        return member(frozen, source, status, known);
    }

    /** What is there, and in it. Looks again at what was replaced between. */
    private Look look(Path frozen, Root from) throws IOException {
        for (int looks = 1; ; looks++) {
            FileStatus status = files.status(frozen);
            if (frozen.equals(from.frozen())) {
                device = status.key().device();
            }
            // another file system begins here: it is a root of its own, or not wanted
            boolean elsewhere = from.selection() != null && status.key().device() != device;
            if (elsewhere || !status.is(FileKind.FOLDER)) {
                return new Look(status, ListedFolder.empty(), null);
            }
            try {
                return new Look(status, children(frozen, from), null);
            } catch (BackupException e) {
                boolean replaced = e.is(FileFault.VANISHED) || e.is(FileFault.WRONG_TYPE);
                if (!FileContents.isOfOneFile(e)) {
                    throw e;
                }
                if (!replaced || looks == MOST_LOOKS) {
                    return new Look(status, ListedFolder.empty(), e);
                }
            }
        }
    }

    /** What is in a folder that can't be listed isn't known to be gone: an earlier backup's objects of it stay. */
    private void enter(Path source, Look look) throws IOException {
        BackupException failure = look.unlisted();
        if (failure != null) {
            unlisted = unread(source, failure);
            return;
        }
        ListedFolder in = look.in();
        folders.push(new OpenFolder(in.iterator(), changes == null ? "" : changes.enter(source, in)));
    }

    /** What an earlier backup has of it stays: the next one sees that its folder hasn't got it any more. */
    private @Nullable ImageMember gone(Path source, BackupException e) throws IOException {
        Vanished heard = vanished;
        if (heard == null) {
            return unread(source, e);
        }
        if (!passing) {
            heard.add(source);
        }
        return null;
    }

    private static ImageMember unread(Path source, BackupException e) {
        return ImageMember.unread(ImageMember.pathOf(RawPath.bytes(source)), () -> {
            throw FileContents.ofThisFile(e);
        });
    }

    private void rootIsUnread(BackupException e) {
        if (unreadRoot == null) {
            unreadRoot = e;
        }
    }

    /** An image of roots none of which can be read is no backup, however many warnings go with it. */
    private void requireSomeRoot() throws IOException {
        Vanished heard = vanished;
        if (heard != null) {
            heard.end();
        }
        if (unreadRoot != null && !someRootIsRead) {
            throw unreadRoot;
        }
    }

    private ListedFolder children(Path folder, Root from) throws IOException {
        if (from.isEmptied(folder)) {
            return ListedFolder.empty();
        }
        Set<String> leftOut = folder.equals(from.frozen()) ? from.leftOut() : Set.of();
        List<Path> all = files.list(folder);
        BitSet out = new BitSet();
        for (int i = 0; i < all.size(); i++) {
            Path child = all.get(i);
            Path name = child.getFileName();
            out.set(
                    i,
                    name.equals(SNAPSHOTS)
                            || leftOut.contains(name.toString())
                            || (from.selection() != null
                                    && from.selection()
                                            .leavesOut(from.sourceOf(child).toString())));
        }
        return new ListedFolder(all, out, from::readAt);
    }

    /** Null for what is in the state as it is. */
    private @Nullable ImageMember member(Path frozen, Path source, FileStatus status, @Nullable ObjectEntry known)
            throws IOException {
        Fingerprints.Fingerprint print =
                prints == null || status.is(FileKind.FOLDER) ? Fingerprints.NONE : prints.of(status, source);
        boolean severalNames = status.links() > 1 && !status.is(FileKind.FOLDER);
        FirstName first = severalNames ? linked.further(status.key(), status.links()) : null;
        // a further name of what is stored anew is stored anew, so that it is never restored before that
        boolean same = known != null
                && (first == null || !first.stored())
                && TreeChanges.isSame(known, type(status, first), link(status, first), status, print);
        if (same && !severalNames) {
            return null;
        }
        ByteString path = ImageMember.pathOf(RawPath.bytes(source));
        FirstName isFirst = severalNames && first == null && (same || isInImage(path, status))
                ? linked.put(status.key(), path, !same)
                : null;
        if (same) {
            return null;
        }
        MemberAttributes attributes = facts.attributes(frozen, status, print);
        if (first != null) {
            return settled(furtherName(frozen, path, status, attributes, first));
        }
        ImageMember member = member(frozen, path, status, attributes);
        lastFirst = isFirst;
        return watched(member, isFirst);
    }

    /**
     * A further name of a file whose first name went before it was opened, or couldn't be, is the file; any other is what it was. Ask when
     * its turn comes, behind the first name's (D4).
     */
    @Nullable
    ImageMember settled(@Nullable ImageMember member) throws IOException {
        if (member == null
                || !(member.content() instanceof FurtherName further)
                || !further.first().lost()) {
            return member;
        }
        FileKey key = further.status().key();
        FirstName now = linked.find(key);
        if (now == null || now.lost()) {
            FirstName next = linked.put(key, member.path(), true);
            lastFirst = next;
            return watched(member(further.frozen(), member.path(), further.status(), member.attributes()), next);
        }
        return furtherName(further.frozen(), member.path(), further.status(), member.attributes(), now);
    }

    private static ImageMember furtherName(
            Path frozen, ByteString path, FileStatus status, MemberAttributes attributes, FirstName first) {
        return new ImageMember(
                path,
                MemberType.HARD_LINK,
                attributes,
                0,
                first.path(),
                null,
                null,
                new FurtherName(frozen, status, first));
    }

    private static ImageMember watched(ImageMember member, @Nullable FirstName name) {
        return name == null || member.type() != MemberType.FILE
                ? member
                : new ImageMember(
                        member.path(),
                        member.type(),
                        member.attributes(),
                        member.size(),
                        member.link(),
                        member.device(),
                        member.sparse(),
                        new FirstContent(member.content(), name));
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
     * @param instead what is read instead of some of its files, by their paths on the source; of the same names
     */
    record Root(
            Path source,
            Path frozen,
            Set<String> leftOut,
            Set<String> emptied,
            @Nullable Selection selection,
            Map<Path, Path> instead) {
        Root(Path source, Path frozen, Set<String> leftOut, Set<String> emptied, @Nullable Selection selection) {
            this(source, frozen, leftOut, emptied, selection, Map.of());
        }

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

        /** Where it is read. */
        Path readAt(Path frozenPath) {
            return instead.isEmpty() ? frozenPath : instead.getOrDefault(sourceOf(frozenPath), frozenPath);
        }

        Path sourceOf(Path frozenPath) {
            for (Map.Entry<Path, Path> other : instead.entrySet()) {
                if (other.getValue().equals(frozenPath)) {
                    return other.getKey();
                }
            }
            Path there = frozen.equals(source) ? frozenPath : source.resolve(frozen.relativize(frozenPath));
            return there.normalize();
        }
    }

    /** @param before the folder as {@link TreeChanges} has it */
    private record OpenFolder(Iterator<Path> rest, String before) {}

    /** @param unlisted why what is in a folder isn't known; null when it is */
    private record Look(
            FileStatus status, ListedFolder in, @Nullable BackupException unlisted) {}

    private record FirstContent(Content content, FirstName name) implements Content {
        @Override
        public InputStream open() throws IOException {
            try {
                return content.open();
            } catch (IOException e) {
                try {
                    name.lose();
                } catch (IOException also) {
                    e.addSuppressed(also);
                }
                throw e;
            }
        }

        @Override
        public String identity() {
            return content.identity();
        }
    }

    /** Has none, but for the time that its first name is lost. */
    private record FurtherName(Path frozen, FileStatus status, FirstName first) implements Content {
        @Override
        public InputStream open() {
            return InputStream.nullInputStream();
        }
    }
}
