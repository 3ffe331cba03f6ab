package io.saddlebag.ext;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.filesystem.Structures;
import io.saddlebag.image.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Files of an ext2, ext3 or ext4 file system, read from its disk. The disk must not change meanwhile. One thread.
 *
 * <p>Failures are {@link BackupException}s with a {@link io.saddlebag.filesystem.FileSystemFault}.
 */
public final class ExtFileSystem implements Closeable {
    private static final long ROOT_INODE = 2;

    /** As Linux has it. */
    private static final int MAX_LINKS_FOLLOWED = 40;

    private static final int MAX_NAMES_ON_PATH = 4096;

    private final ReadableDisk disk;
    private final Structures structures;
    private final ExtSuperblock superblock;
    private final ExtDescriptors descriptors;

    private ExtFileSystem(ReadableDisk disk, String otherWay) throws IOException {
        this.disk = disk;
        this.structures = new Structures(disk, FileSystemType.EXT, ByteOrder.LITTLE_ENDIAN, otherWay);
        this.superblock = ExtSuperblock.read(structures);
        this.descriptors = new ExtDescriptors(structures, superblock);
    }

    /**
     * Reads the superblock.
     *
     * @param disk closed with the file system, and left open when this fails
     * @param otherWay what else can be done when it can't be read, a sentence
     */
    public static ExtFileSystem open(ReadableDisk disk, String otherWay) throws IOException {
        ExtFileSystem opened = new ExtFileSystem(disk, otherWay);
        structures(opened).require(opened.root().isFolder(), "its root is no folder");
        return opened;
    }

    private static Structures structures(ExtFileSystem opened) {
        return opened.structures;
    }

    public ExtFile root() throws IOException {
        return file(ROOT_INODE);
    }

    /**
     * The file of a path. Symbolic links on the way are followed within the file system; one at the end isn't.
     *
     * @param path names with slashes between, from the root
     * @return empty when there is none
     */
    public Optional<ExtFile> find(String path) throws IOException {
        Deque<ExtFile> folders = new ArrayDeque<>();
        folders.push(root());
        Deque<ByteString> names = new ArrayDeque<>();
        push(names, path.getBytes(StandardCharsets.UTF_8));
        int followed = 0;
        ExtFile at = root();
        for (int steps = 0; !names.isEmpty(); steps++) {
            structures.require(steps < MAX_NAMES_ON_PATH, "the way to " + path + " has too many names");
            ByteString name = names.pop();
            Optional<ExtFile> next = step(folders, name);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            at = next.get();
            if (at.isLink() && !names.isEmpty()) {
                structures.require(++followed <= MAX_LINKS_FOLLOWED, "the way to " + path + " has too many links");
                byte[] target = at.linkTarget();
                if (target.length > 0 && target[0] == '/') {
                    folders.clear();
                    folders.push(root());
                }
                push(names, target);
            } else if (at.isFolder() && !name.equals(ByteString.of(".."))) {
                folders.push(at);
            } else if (!names.isEmpty() && !at.isFolder()) {
                return Optional.empty();
            }
        }
        return Optional.of(at);
    }

    /** Of the names of a path, the first on top; empty ones and points are left out. */
    private static void push(Deque<ByteString> names, byte[] path) {
        int end = path.length;
        for (int i = path.length - 1; i >= -1; i--) {
            if (i < 0 || path[i] == '/') {
                boolean counts = end - i - 1 > 0 && !(end - i - 1 == 1 && path[i + 1] == '.');
                if (counts) {
                    names.push(ByteString.copyOf(path, i + 1, end));
                }
                end = i;
            }
        }
    }

    private static Optional<ExtFile> step(Deque<ExtFile> folders, ByteString name) throws IOException {
        if (name.equals(ByteString.of(".."))) {
            if (folders.size() > 1) {
                folders.pop();
            }
            return Optional.of(folders.element());
        }
        List<ExtFile.Entry> entries = folders.element().entries();
        for (ExtFile.Entry entry : entries) {
            if (entry.name().equals(name)) {
                return Optional.of(entry.file());
            }
        }
        return Optional.empty();
    }

    ExtFile file(long inode) throws IOException {
        return new ExtFile(this, ExtInode.read(structures, superblock, descriptors, inode));
    }

    Structures structures() {
        return structures;
    }

    ExtSuperblock superblock() {
        return superblock;
    }

    ReadableDisk disk() {
        return disk;
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
