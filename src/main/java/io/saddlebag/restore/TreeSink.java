package io.saddlebag.restore;

import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.ReadMember;
import io.saddlebag.image.SparseMap;
import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts members into a tree of files (C7). Each file is written under a temporary name, compared with its checksum in the
 * catalog and then takes its own name by renaming, so that nothing is ever half there and nothing damaged takes the place
 * of something whole. Folders get their attributes when everything in them is done.
 */
final class TreeSink implements MemberSink {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final HostFiles files;
    private final RestoredFolders folders;
    private final Placement placement;
    private final RestoreRequest.Existing existing;
    private final Expected expected;
    private final Notes notes;
    private final RestoredAttributes attributes;
    private final Durability durability;
    private final Deque<OpenFolder> open = new ArrayDeque<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long restored;

    TreeSink(
            HostFiles files,
            RestoredFolders folders,
            Placement placement,
            RestoreRequest.Existing existing,
            Expected expected,
            Notes notes,
            RestoreServices.Privilege privilege,
            Durability durability) {
        this.files = files;
        this.folders = folders;
        this.placement = placement;
        this.existing = existing;
        this.expected = expected;
        this.notes = notes;
        this.attributes = new RestoredAttributes(files, privilege, notes);
        this.durability = durability;
    }

    long restored() {
        return restored;
    }

    @Override
    public void accept(ReadMember read) throws IOException {
        ImageMember member = read.member();
        Path target = placement.of(member);
        if (target == null) {
            folderAbove(member);
            return;
        }
        leaveFoldersNotAbove(target);
        makeParents(target);
        switch (member.type()) {
            case DIRECTORY -> enter(target, member.attributes());
            case FILE -> file(read, target);
            case SYMBOLIC_LINK -> link(member, target);
            case HARD_LINK -> hardLink(member, target);
            case FIFO -> special(member, target, FileKind.FIFO);
            case CHARACTER_DEVICE -> special(member, target, FileKind.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> special(member, target, FileKind.BLOCK_DEVICE);
            case SOCKET -> notes.note(member.absolutePath() + ": a socket is made by the program that listens on it");
            case DELETED -> throw new IllegalStateException("nothing is restored of what was deleted");
        }
        restored++;
    }

    /** Ends the folders that are still open, and makes all names durable. */
    void finish() throws IOException {
        while (!open.isEmpty()) {
            leave(open.pop());
        }
    }

    /**
     * Gives a folder its attributes after all lanes were restored. One that was there before keeps its own, unless it is to be
     * replaced.
     */
    void endFolder(ObjectEntry folder) {
        try {
            Path wanted = placement.of(folder.path());
            Path target = wanted == null ? placement.ofFolderAbove(folder.path()) : wanted;
            boolean replaces = wanted != null && existing == RestoreRequest.Existing.REPLACE;
            if (target != null
                    && (replaces || folders.wasMade(target))
                    && files.exists(target)
                    && files.status(target).is(FileKind.FOLDER)) {
                MemberAttributes kept = folders.kept(target);
                if (kept == null) {
                    attributes.set(target, folder);
                } else {
                    attributes.set(target, kept);
                    attributes.setFlags(target, kept);
                }
                if (durability == Durability.EACH) {
                    files.syncFolder(target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder on the way to something wanted is made as it was, and left alone when it is there. */
    private void folderAbove(ImageMember member) throws IOException {
        Path target = member.type() == MemberType.DIRECTORY ? placement.ofFolderAbove(member.exactPath()) : null;
        if (target != null && (!files.exists(target) || folders.wasMade(target))) {
            leaveFoldersNotAbove(target);
            makeParents(target);
            enter(target, member.attributes());
        }
    }

    private void file(ReadMember read, Path target) throws IOException {
        ImageMember member = read.member();
        Path place = placeFor(target, member);
        if (place == null) {
            return;
        }
        try (NewFile written = files.create(place)) {
            copy(read.content(), written.channel(), member.sparse());
            written.setLength(member.size());
            expected.require(member.exactPath(), read.sha256());
            attributes.set(written.temporary(), member.attributes());
            if (durability == Durability.EACH) {
                written.replace();
            } else {
                written.replaceUnsynced();
            }
        }
        attributes.setFlags(place, member.attributes());
        touched(place);
    }

    private void copy(InputStream from, SeekableByteChannel to, @Nullable SparseMap sparse) throws IOException {
        if (sparse == null) {
            copy(from, to);
            return;
        }
        long at = 0;
        for (SparseMap.Piece piece : sparse.pieces()) {
            pass(new LimitedInput(from, piece.offset() - at));
            to.position(piece.offset());
            copy(new LimitedInput(from, piece.length()), to);
            at = piece.end();
        }
        pass(from);
    }

    /** The zeros of a hole count for the checksum only. */
    private void pass(InputStream hole) throws IOException {
        int n = hole.read(buffer);
        while (n >= 0) {
            n = hole.read(buffer);
        }
    }

    private void copy(InputStream from, WritableByteChannel to) throws IOException {
        int n = from.readNBytes(buffer, 0, buffer.length);
        while (n > 0) {
            ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
            while (piece.hasRemaining()) {
                to.write(piece);
            }
            n = from.readNBytes(buffer, 0, buffer.length);
        }
    }

    private void link(ImageMember member, Path target) throws IOException {
        Path place = cleared(target, member);
        if (place != null) {
            files.makeLink(
                    place, RawPath.of(Objects.requireNonNull(member.link()).toBytes()));
            attributes.setOfLink(place, member.attributes());
            touched(place);
        }
    }

    private void hardLink(ImageMember member, Path target) throws IOException {
        Path first = placement.ofTarget(member);
        if (first == null) {
            notes.note(member.absolutePath() + ": is a further name of /" + member.link()
                    + ", which is not being restored; ask for that one too");
            return;
        }
        Path restored = restoredAs(first, member);
        if (restored == null) {
            notes.note(member.absolutePath() + ": is a further name of /" + member.link()
                    + ", and what stands there was kept and is another file; restore both to another place with --to");
            return;
        }
        Path place = cleared(target, member);
        if (place != null) {
            files.makeHardLink(place, restored);
            touched(place);
        }
    }

    /** Where the file is of which a link gives a further name; null when another file stands there and was kept. */
    private @Nullable Path restoredAs(Path first, ImageMember link) throws IOException {
        return switch (existing) {
            case REPLACE -> first;
            case RENAME -> files.exists(suffixed(first)) ? suffixed(first) : first;
            case KEEP, KEEP_NEWER -> isAsBackedUp(first, link) ? first : null;
        };
    }

    private boolean isAsBackedUp(Path file, ImageMember link) throws IOException {
        FileStatus there = files.status(file);
        return there.is(FileKind.REGULAR)
                && there.times().modified().equals(link.attributes().times().modified());
    }

    private void special(ImageMember member, Path target, FileKind kind) throws IOException {
        Path place = cleared(target, member);
        if (place != null) {
            var device = member.device();
            files.makeSpecial(
                    place,
                    kind,
                    device == null
                            ? io.saddlebag.host.DeviceNumber.NONE
                            : new io.saddlebag.host.DeviceNumber((int) device.major(), (int) device.minor()));
            attributes.set(place, member.attributes());
            touched(place);
        }
    }

    /** Where to put it so that nothing is in the way; null when what is there stays. */
    private @Nullable Path cleared(Path target, ImageMember member) throws IOException {
        Path place = placeFor(target, member);
        if (place != null && files.exists(place)) {
            files.delete(place);
        }
        return place;
    }

    /** Null when what is there stays. */
    private @Nullable Path placeFor(Path target, ImageMember member) throws IOException {
        if (!files.exists(target)) {
            return target;
        }
        FileStatus there = files.status(target);
        if (there.is(FileKind.FOLDER)) {
            throw new BackupException(
                    RestoreFault.IN_THE_WAY,
                    "folder " + target + " stands where " + member.absolutePath() + " belongs",
                    "Move the folder away, or restore to another place with --to.");
        }
        return switch (existing) {
            case REPLACE -> target;
            case KEEP -> null;
            case KEEP_NEWER ->
                there.times().modified().isAfter(member.attributes().times().modified()) ? null : target;
            case RENAME -> renamed(target);
        };
    }

    private Path renamed(Path target) throws IOException {
        Path place = suffixed(target);
        if (files.exists(place)) {
            throw new BackupException(
                    RestoreFault.IN_THE_WAY,
                    place + " is there already, from an earlier restore",
                    "Move it away, or choose replace, keep or keep-newer.");
        }
        return place;
    }

    private Path suffixed(Path target) {
        return target.resolveSibling(target.getFileName() + placement.suffix());
    }

    private void makeParents(Path target) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path up = target.getParent(); up != null && !files.exists(up); up = up.getParent()) {
            missing.push(up);
        }
        for (Path folder : missing) {
            if (folders.make(folder)) {
                syncParent(folder);
            }
        }
    }

    private void enter(Path folder, MemberAttributes wanted) throws IOException {
        if (folders.endLater()) {
            folders.keep(folder, wanted);
        }
        if (folders.make(folder)) {
            touched(folder);
            open.push(new OpenFolder(folder, folders.endLater() ? null : wanted));
            return;
        }
        FileStatus there = files.status(folder);
        if (!there.is(FileKind.FOLDER)) {
            throw new BackupException(
                    FileFault.EXISTS,
                    folder + " is no folder, and one belongs there",
                    "Move it away, or restore to another place with --to.");
        }
        boolean keeps = !folders.wasMade(folder)
                && (existing == RestoreRequest.Existing.KEEP
                        || existing == RestoreRequest.Existing.RENAME
                        || (existing == RestoreRequest.Existing.KEEP_NEWER
                                && there.times()
                                        .modified()
                                        .isAfter(wanted.times().modified())));
        open.push(new OpenFolder(folder, keeps || folders.endLater() ? null : wanted));
    }

    private void leaveFoldersNotAbove(Path target) throws IOException {
        while (!open.isEmpty() && !target.startsWith(open.peek().path())) {
            leave(open.pop());
        }
    }

    private void leave(OpenFolder folder) throws IOException {
        MemberAttributes wanted = folder.attributes();
        if (wanted != null) {
            attributes.set(folder.path(), wanted);
            attributes.setFlags(folder.path(), wanted);
        }
        if (durability == Durability.EACH) {
            files.syncFolder(folder.path());
        }
    }

    private void touched(Path place) throws IOException {
        Path parent = place.getParent();
        if (parent != null && (open.isEmpty() || !open.peek().path().equals(parent))) {
            syncParent(place);
        }
    }

    private void syncParent(Path place) throws IOException {
        Path parent = place.getParent();
        if (parent != null && durability == Durability.EACH) {
            files.syncFolder(parent);
        }
    }

    /** @param attributes what it gets when everything in it is done; null when it keeps its own */
    private record OpenFolder(Path path, @Nullable MemberAttributes attributes) {}

    /** When what is restored is made durable. */
    enum Durability {
        /** Each object before the next one. */
        EACH,
        /** Not by this sink: nothing counts before the caller has made all of it durable. */
        BY_CALLER
    }

    /** What the catalog says of files. */
    interface Expected {
        /** @throws BackupException {@link RestoreFault#DIFFERS} when the digest isn't the recorded one */
        void require(String path, String sha256) throws IOException;
    }

    /** Takes remarks for the transcript. */
    interface Notes {
        void note(String text) throws IOException;
    }
}
