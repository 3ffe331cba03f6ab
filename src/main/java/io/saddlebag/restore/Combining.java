package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.MemberType;
import io.saddlebag.increment.ChangedBlocks;
import io.saddlebag.increment.IncrementNames;
import io.saddlebag.increment.IncrementalCluster;
import io.saddlebag.posix.RawPath;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the state of an incremental image of a database out of what was staged from those below it, once all of the image was read and
 * lies among them (R7): changed blocks go into the files that they are of, and what the image doesn't have goes. Doing it again with the
 * same image comes to the same. Nothing is durable before the caller has made it so. One thread. Memory: the names of the folders on the
 * way down.
 */
final class Combining {
    private static final int NAMES_AT_ONCE = 10_000;
    private static final int BUFFER_BYTES = 1 << 20;
    /** Of a label; servers write a few hundred bytes. */
    private static final int MOST_LABEL_BYTES = 1 << 16;

    private final Catalog catalog;
    private final HostFiles files;
    private final RestoreServices.Privilege privilege;
    private final Backup backup;
    private final StagesBefore.Work work;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long changed;
    private long blocks;
    private long removed;

    /** @param work called while it goes on */
    Combining(RestoreServices services, HostFiles files, Backup backup, StagesBefore.Work work) {
        this.catalog = services.catalog();
        this.privilege = services.privilege();
        this.files = files;
        this.backup = backup;
        this.work = work;
    }

    /**
     * Combines what is staged.
     *
     * @param roots of the database, each with its stage
     * @return what was done, for the transcript
     * @throws ImageException {@link io.saddlebag.image.ImageFault#BAD_INCREMENT} naming image and member
     */
    String combine(List<Placement.Pair> roots) throws IOException {
        for (Placement.Pair root : roots) {
            Path staged = root.target();
            if (isFolder(staged)) {
                String source = ByteString.copyOf(RawPath.bytes(root.source())).toExactText();
                Names names = names(source);
                combine(source, staged, names, names.hasFolders() ? Unlisted.STAYS_AT_TOP : Unlisted.STAYS);
                withoutParent(staged.resolve(IncrementalCluster.LABEL));
                files.delete(staged.resolve(IncrementalCluster.MANIFEST));
            }
        }
        return "put backup " + backup.id() + " on top: " + blocks + " blocks of " + changed + " files, and removed "
                + removed + " files that it hasn't got";
    }

    /** What becomes of an empty folder that the image doesn't list. */
    private enum Unlisted {
        /** The image lists no folders at all. */
        STAYS,
        /** The server needs those right below its data directory, and doesn't make them. */
        STAYS_AT_TOP,
        GOES
    }

    /** @return whether anything is left in the folder */
    private boolean combine(String source, Path folder, Names names, Unlisted unlisted) throws IOException {
        Map<String, Path> staged = new HashMap<>();
        for (Path each : files.list(folder)) {
            staged.put(ByteString.copyOf(RawPath.bytes(each.getFileName())).toExactText(), each);
        }
        for (String name : names.files()) {
            Path increment = IncrementNames.isIncrement(name) ? staged.remove(name) : null;
            if (increment != null) {
                put(source, name, increment, staged.get(IncrementNames.changed(name)), names);
            }
        }
        boolean left = false;
        for (Map.Entry<String, Path> each : staged.entrySet()) {
            work.goesOn();
            boolean stays;
            if (isFolder(each.getValue())) {
                String below = source + "/" + each.getKey();
                stays = combine(
                        below,
                        each.getValue(),
                        names(below),
                        unlisted == Unlisted.STAYS_AT_TOP ? Unlisted.GOES : unlisted);
                stays |= unlisted != Unlisted.GOES || names.hasFolder(each.getKey());
            } else {
                stays = names.hasFile(each.getKey()) || names.hasFile(IncrementNames.PREFIX + each.getKey());
                removed += stays ? 0 : 1;
            }
            if (!stays) {
                files.delete(each.getValue());
            }
            left |= stays;
        }
        return left;
    }

    /** @param older what it is put on top of; null when there is nothing */
    private void put(String source, String name, Path increment, @Nullable Path older, Names names) throws IOException {
        String where = source + "/" + name + " of image " + backup.about().imageId() + " (backup " + backup.id() + ")";
        String file = IncrementNames.changed(name);
        if (names.hasFile(file)) {
            throw ChangedBlocks.bad(where, "the image has all of " + file + " as well");
        }
        FileStatus there = older == null ? null : files.status(older);
        if (older == null || there == null || !there.is(FileKind.REGULAR)) {
            throw ChangedBlocks.bad(where, "the images below have no file " + file);
        }
        try (SeekableByteChannel from = files.openRead(increment);
                SeekableByteChannel to = files.openWrite(older)) {
            put(from, to, where);
        }
        files.delete(increment);
        changed++;
    }

    private void put(SeekableByteChannel from, SeekableByteChannel to, String where) throws IOException {
        ChangedBlocks wanted = ChangedBlocks.read(Channels.newInputStream(from), from.size(), where);
        if (to.size() > wanted.truncationBytes()) {
            to.truncate(wanted.truncationBytes());
        }
        from.position(wanted.headerBytes());
        int next = 0;
        while (next < wanted.count()) {
            int end = next + 1;
            while (end < wanted.count()
                    && wanted.block(end) == wanted.block(end - 1) + 1
                    && end - next < BUFFER_BYTES / ChangedBlocks.BLOCK_BYTES) {
                end++;
            }
            work.goesOn();
            buffer.clear().limit((end - next) * ChangedBlocks.BLOCK_BYTES);
            fill(from, where);
            to.position((long) wanted.block(next) * ChangedBlocks.BLOCK_BYTES);
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            next = end;
        }
        if (to.size() < wanted.lengthBytes()) {
            // a hole up to its last byte reads as zeros
            to.position(wanted.lengthBytes() - 1).write(ByteBuffer.allocate(1));
        }
        blocks += wanted.count();
    }

    private void fill(SeekableByteChannel from, String where) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException(where + " was cut while it was read");
            }
        }
        buffer.flip();
    }

    /** A server refuses to start on a label that names a parent. */
    private void withoutParent(Path label) throws IOException {
        FileStatus there = files.find(label).orElse(null);
        if (there == null || !there.is(FileKind.REGULAR)) {
            return;
        }
        if (there.sizeBytes() > MOST_LABEL_BYTES) {
            throw ChangedBlocks.bad(
                    IncrementalCluster.LABEL + " of image " + backup.about().imageId() + " (backup " + backup.id()
                            + ")",
                    "it has " + there.sizeBytes() + " bytes; the limit is " + MOST_LABEL_BYTES);
        }
        byte[] text;
        try (InputStream content = Channels.newInputStream(files.openRead(label))) {
            text = content.readNBytes(MOST_LABEL_BYTES);
        }
        byte[] without = IncrementalCluster.withoutParent(text);
        if (without == text) {
            return;
        }
        try (NewFile file = files.create(label)) {
            ByteBuffer wanted = ByteBuffer.wrap(without);
            while (wanted.hasRemaining()) {
                file.channel().write(wanted);
            }
            if (privilege == RestoreServices.Privilege.SETS_OWNERS) {
                file.setOwner(there.owner().uid(), there.owner().gid());
            }
            file.setMode(there.mode());
            file.replaceUnsynced();
        }
    }

    private boolean isFolder(Path path) throws IOException {
        return files.find(path).filter(there -> there.is(FileKind.FOLDER)).isPresent();
    }

    /** What the image has in one folder of the source. */
    private Names names(String folder) throws IOException {
        String prefix = folder.endsWith("/") ? folder : folder + "/";
        Names names = new Names();
        String from = "";
        List<ObjectEntry> some;
        do {
            some = catalog.inFolder(backup.id(), prefix, from, NAMES_AT_ONCE);
            for (ObjectEntry each : some) {
                from = each.path().substring(prefix.length());
                (each.type() == MemberType.DIRECTORY.letter() ? names.folders : names.files).add(from);
            }
            // the last one is the first of the next ones
        } while (some.size() == NAMES_AT_ONCE);
        return names;
    }

    /** Names by what they are of. */
    private static final class Names {
        private final Set<String> files = new HashSet<>();
        private final Set<String> folders = new HashSet<>();

        Set<String> files() {
            return files;
        }

        boolean hasFile(String name) {
            return files.contains(name);
        }

        boolean hasFolder(String name) {
            return folders.contains(name);
        }

        boolean hasFolders() {
            return !folders.isEmpty();
        }
    }
}
