package io.saddlebag.backup;

import io.saddlebag.dataset.Selection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteStream;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.Content;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.Owner;
import io.saddlebag.image.SparseMap;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.RawPath;
import io.saddlebag.snapshot.SnapshotPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frozen views of some paths, folders before what is in them, and hands over each object under the name that it
 * has on the source. Memory: the names of the folders on the way down, and of files with several names.
 */
final class FileTree implements ImageSource {
    private static final Path SNAPSHOTS = Path.of(SnapshotPlace.FOLDER);

    /** In a shorter file a hole saves nothing worth a look. */
    private static final int SMALLEST_SPARSE = 64 << 10;
    /** Of one file; a hole behind so many pieces is taken for data. */
    private static final int MOST_PIECES = 10_000;
    /** XFS shows the access control lists once more under these names. */
    private static final String COPIED_ACL = "trusted.SGI_ACL_";

    private final HostFiles files;
    private final Iterator<Root> roots;
    private final Deque<Iterator<Path>> folders = new ArrayDeque<>();
    private final Map<FileKey, ByteString> linked = new HashMap<>();
    private @Nullable Root root;
    /** Stands for what is in a folder that can't be listed; opening it fails, which is told of as of any file. */
    private @Nullable ImageMember unlisted;

    private boolean severalNames;
    private long device;

    FileTree(HostFiles files, List<Root> roots) {
        this.files = files;
        this.roots = roots.iterator();
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        ImageMember pending = unlisted;
        if (pending != null) {
            unlisted = null;
            severalNames = false;
            return pending;
        }
        while (true) {
            Path next = nextPath();
            if (next == null) {
                return null;
            }
            ImageMember member = member(next, Objects.requireNonNull(root));
            if (member != null) {
                return member;
            }
        }
    }

    /** Whether the member handed over last is a file with further names, all of which may come later. */
    boolean lastHasSeveralNames() {
        return severalNames;
    }

    private @Nullable Path nextPath() {
        while (!folders.isEmpty()) {
            if (folders.peek().hasNext()) {
                return folders.peek().next();
            }
            folders.pop();
        }
        if (!roots.hasNext()) {
            return null;
        }
        Root next = roots.next();
        root = next;
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
        if (status.is(FileKind.FOLDER) && !elsewhere) {
            try {
                folders.push(children(frozen, from));
            } catch (BackupException e) {
                if (!e.is(FileFault.PERMISSION)) {
                    throw e;
                }
                ByteString path = ImageMember.pathOf(RawPath.bytes(from.sourceOf(frozen)));
                unlisted = ImageMember.file(path, attributes(frozen, status), 1, () -> {
                    throw ofThisFile(e);
                });
            }
        }
        return member(frozen, from.sourceOf(frozen), status);
    }

    private Iterator<Path> children(Path folder, Root from) throws IOException {
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
        return kept.iterator();
    }

    private ImageMember member(Path frozen, Path source, FileStatus status) throws IOException {
        ByteString path = ImageMember.pathOf(RawPath.bytes(source));
        MemberAttributes attributes = attributes(frozen, status);
        severalNames = status.links() > 1 && !status.is(FileKind.FOLDER);
        if (severalNames) {
            ByteString first = linked.putIfAbsent(status.key(), path);
            if (first != null) {
                return ImageMember.hardLink(path, attributes, first);
            }
        }
        return switch (status.kind()) {
            case REGULAR -> file(frozen, path, attributes, status.sizeBytes());
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

    private ImageMember file(Path frozen, ByteString path, MemberAttributes attributes, long size) throws IOException {
        SparseMap sparse = size < SMALLEST_SPARSE ? null : sparse(frozen, size);
        return sparse == null
                ? ImageMember.file(path, attributes, size, content(frozen))
                : ImageMember.sparseFile(path, attributes, size, sparse, content(frozen, sparse, size));
    }

    /** Null for a file without holes. */
    private @Nullable SparseMap sparse(Path frozen, long size) throws IOException {
        List<SparseMap.Piece> pieces =
                readable(() -> files.dataRanges(frozen, MOST_PIECES), List.<DataRange>of(new DataRange(0, size)))
                        .stream()
                        .filter(range -> range.offsetBytes() < size)
                        .map(range -> new SparseMap.Piece(
                                range.offsetBytes(), Math.min(range.lengthBytes(), size - range.offsetBytes())))
                        .toList();
        SparseMap map = SparseMap.of(pieces, size);
        return map.dataBytes() == size ? null : map;
    }

    private MemberAttributes attributes(Path frozen, FileStatus status) throws IOException {
        var owner = status.owner();
        boolean hasFlags = status.is(FileKind.REGULAR) || status.is(FileKind.FOLDER);
        Set<FileFlag> flags = hasFlags ? readable(() -> files.flags(frozen), Set.<FileFlag>of()) : Set.of();
        Map<String, ByteString> xattrs = new HashMap<>();
        readable(() -> files.attributes(frozen), Map.<String, byte[]>of()).forEach((name, value) -> {
            if (!name.startsWith(COPIED_ACL)) {
                xattrs.put(name, ByteString.copyOf(value));
            }
        });
        return new MemberAttributes(
                status.mode(),
                new Owner(
                        Integer.toUnsignedLong(owner.uid()),
                        Integer.toUnsignedLong(owner.gid()),
                        owner.user(),
                        owner.group()),
                new MemberTimes(status.times().modified(), status.times().accessed(), null),
                xattrs,
                flags.stream().map(FileFlag::word).collect(Collectors.toUnmodifiableSet()));
    }

    /** What can't be read without rights, or is gone, is told of when the file itself is opened. */
    private static <T> T readable(Reading<T> reading, T otherwise) throws IOException {
        try {
            return reading.read();
        } catch (BackupException e) {
            if (e.is(FileFault.PERMISSION) || e.is(FileFault.VANISHED) || e.is(FileFault.WRONG_TYPE)) {
                return otherwise;
            }
            throw e;
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private Content content(Path frozen) {
        return () -> {
            try {
                return new OneFile(files.openRead(frozen));
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        };
    }

    private Content content(Path frozen, SparseMap sparse, long size) {
        return () -> {
            try {
                return new PiecesOfFile(files.openRead(frozen), sparse, size);
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        };
    }

    /** The image stream takes a plain failure as one of this file only, and another as its own end. */
    private static IOException ofThisFile(BackupException e) {
        if (e.is(FileFault.VANISHED)) {
            NoSuchFileException gone = new NoSuchFileException(e.what());
            gone.initCause(e);
            return gone;
        }
        return new IOException(e.what(), e);
    }

    /**
     * @param leftOut names right below the root that aren't backed up
     * @param selection what a dataset takes of it; null for everything, mounted file systems as well
     */
    record Root(
            Path source,
            Path frozen,
            Set<String> leftOut,
            @Nullable Selection selection) {
        Path sourceOf(Path frozenPath) {
            return source.resolve(frozen.relativize(frozenPath)).normalize();
        }
    }

    /** The pieces of a sparse file, one behind the other; then what is there beyond the length that was promised. */
    private static final class PiecesOfFile extends ByteStream {
        private final SeekableByteChannel file;
        private final Iterator<SparseMap.Piece> rest;
        private final long size;
        private long end;
        private boolean beyond;

        PiecesOfFile(SeekableByteChannel file, SparseMap map, long size) {
            this.file = file;
            this.rest = map.pieces().iterator();
            this.size = size;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            try {
                if (!beyond && file.position() >= end) {
                    nextPiece();
                }
                int limit = into.limit();
                if (!beyond) {
                    into.limit((int) Math.min(limit, into.position() + end - file.position()));
                }
                int n = file.read(into);
                into.limit(limit);
                return n;
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        }

        private void nextPiece() throws IOException {
            if (rest.hasNext()) {
                SparseMap.Piece piece = rest.next();
                file.position(piece.offset());
                end = piece.end();
            } else {
                file.position(size);
                beyond = true;
            }
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static final class OneFile extends ByteStream {
        private final SeekableByteChannel file;

        OneFile(SeekableByteChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            try {
                return file.read(into);
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
