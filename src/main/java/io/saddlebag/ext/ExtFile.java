package io.saddlebag.ext;

import io.saddlebag.filesystem.Structures;
import io.saddlebag.image.ByteStream;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.SparseMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file, folder, link or other object of a file system. One thread. */
public final class ExtFile {
    /** Longer ones are no links of Linux. */
    private static final int MAX_LINK_BYTES = 4096;

    /** Of the inode's block pointers, those that can hold a link's target. */
    private static final int FAST_LINK_BYTES = 59;

    private static final int MAX_INLINE_BYTES = 64 << 10;

    private final ExtFileSystem fileSystem;
    private final ExtInode inode;
    private @Nullable List<ExtExtents.Extent> extents;
    private @Nullable Map<String, byte[]> attributes;

    ExtFile(ExtFileSystem fileSystem, ExtInode inode) {
        this.fileSystem = fileSystem;
        this.inode = inode;
    }

    /** A name in a folder. */
    public static final class Entry {
        private final ExtFileSystem fileSystem;
        private final ByteString name;
        private final long inode;

        Entry(ExtFileSystem fileSystem, ByteString name, long inode) {
            this.fileSystem = fileSystem;
            this.name = name;
            this.inode = inode;
        }

        public ByteString name() {
            return name;
        }

        /** Reads what has the name. */
        public ExtFile file() throws IOException {
            return fileSystem.file(inode);
        }
    }

    /** Its number; two names of one file share it. */
    public long inode() {
        return inode.number();
    }

    /** As find(1) has it: {@code f d l p c b s}. */
    public char letter() {
        return inode.letter();
    }

    public boolean isFolder() {
        return inode.letter() == 'd';
    }

    public boolean isLink() {
        return inode.letter() == 'l';
    }

    public boolean isRegular() {
        return inode.letter() == 'f';
    }

    /** Bytes; of folders and devices nothing that means anything. */
    public long size() {
        return inode.size();
    }

    /** 0 to 07777. */
    public int permissions() {
        return inode.permissions();
    }

    public long uid() {
        return inode.uid();
    }

    public long gid() {
        return inode.gid();
    }

    /** How many names it has. */
    public int links() {
        return inode.links();
    }

    public Instant modified() {
        return inode.modified();
    }

    public Instant accessed() {
        return inode.accessed();
    }

    /** The kernel's bits (FS_IOC_GETFLAGS). */
    public int flags() {
        return inode.flags();
    }

    /** Of a device. */
    public long major() {
        return inode.major();
    }

    /** Of a device. */
    public long minor() {
        return inode.minor();
    }

    /** Extended attributes by their full names, as Linux shows them. */
    public Map<String, byte[]> attributes() throws IOException {
        Map<String, byte[]> shown = new HashMap<>(allAttributes());
        shown.remove(ExtAttributes.INLINE_DATA);
        return shown;
    }

    private Map<String, byte[]> allAttributes() throws IOException {
        Map<String, byte[]> read = attributes;
        if (read == null) {
            read = ExtAttributes.of(structures(), fileSystem.superblock(), inode, (number, length) -> {
                ExtFile value = fileSystem.file(number);
                byte[] content = new byte[length];
                value.readFully(0, ByteBuffer.wrap(content), length);
                return content;
            });
            attributes = read;
        }
        return read;
    }

    /** What is in a folder, without itself and its parent, in the order of the folder. All names are in memory. */
    public List<Entry> entries() throws IOException {
        requireReadable();
        List<Entry> entries = new ArrayList<>();
        for (ExtNames.Name name : ExtNames.of(this)) {
            entries.add(new Entry(fileSystem, name.name(), name.inode()));
        }
        return entries;
    }

    /** The target of a symbolic link, as it is stored. */
    public byte[] linkTarget() throws IOException {
        requireReadable();
        structures()
                .require(
                        isLink() && inode.size() > 0 && inode.size() <= MAX_LINK_BYTES,
                        "inode " + inode() + " is a link with a target of " + inode.size() + " bytes");
        int length = (int) inode.size();
        boolean inInode = !inode.has(ExtInode.EXTENTS) && !inode.has(ExtInode.INLINE_DATA) && length <= FAST_LINK_BYTES;
        byte[] target = new byte[length];
        if (inInode) {
            inode.raw().get(ExtInode.BLOCKS_AT, target);
        } else {
            readFully(0, ByteBuffer.wrap(target), length);
        }
        structures()
                .require(
                        !ByteString.copyOf(target).contains('\0'),
                        "inode " + inode() + " is a link with a target that holds NUL");
        return target;
    }

    /** Where a file holds data; what was only set aside for it is a hole. */
    public SparseMap data() throws IOException {
        requireReadable();
        List<SparseMap.Piece> pieces = new ArrayList<>();
        if (inode.has(ExtInode.INLINE_DATA)) {
            if (size() > 0) {
                pieces.add(new SparseMap.Piece(0, size()));
            }
            return SparseMap.of(pieces, size());
        }
        int blockBytes = fileSystem.superblock().blockBytes();
        for (ExtExtents.Extent extent : extents()) {
            long from = extent.fileBlock() * blockBytes;
            long to = Math.min(size(), extent.fileEnd() * blockBytes);
            if (from < to) {
                pieces.add(new SparseMap.Piece(from, to - from));
            }
        }
        return SparseMap.of(pieces, size());
    }

    /** The content, holes as zeros. */
    public ByteStream open() throws IOException {
        return open(new SparseMap(size() == 0 ? List.of() : List.of(new SparseMap.Piece(0, size()))));
    }

    /** These pieces of the content, one behind the other. */
    public ByteStream open(SparseMap pieces) throws IOException {
        requireReadable();
        return new ExtContent(this, pieces);
    }

    /**
     * Reads from any place.
     *
     * @param into filled up to its limit
     * @param size of the content; what lies between its data and there are zeros
     */
    void readFully(long offset, ByteBuffer into, long size) throws IOException {
        if (inode.has(ExtInode.INLINE_DATA)) {
            byte[] inline = inline();
            structures()
                    .require(
                            offset + into.remaining() <= inline.length,
                            "inode " + inode() + " has less than " + size + " bytes");
            into.put(inline, (int) offset, into.remaining());
            return;
        }
        long at = offset;
        int end = into.limit();
        while (into.position() < end) {
            at += readPiece(at, into, end);
            into.limit(end);
        }
    }

    /** @return how many bytes, up to the end of an extent or a hole */
    private long readPiece(long at, ByteBuffer into, int end) throws IOException {
        int blockBytes = fileSystem.superblock().blockBytes();
        ExtExtents.Extent extent = extentFrom(at / blockBytes);
        long begin = extent == null ? Long.MAX_VALUE : extent.fileBlock() * blockBytes;
        int wanted = end - into.position();
        if (extent == null || at < begin) {
            int zeros = (int) Math.min(wanted, begin - at);
            for (int i = 0; i < zeros; i++) {
                into.put((byte) 0);
            }
            return zeros;
        }
        int n = (int) Math.min(wanted, extent.fileEnd() * blockBytes - at);
        into.limit(into.position() + n);
        fileSystem.disk().read(extent.diskBlock() * blockBytes + at - begin, into);
        return n;
    }

    /** The one with that block, or the next; null behind the last. */
    private ExtExtents.@Nullable Extent extentFrom(long fileBlock) throws IOException {
        List<ExtExtents.Extent> all = extents();
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).fileEnd() <= fileBlock) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < all.size() ? all.get(low) : null;
    }

    private List<ExtExtents.Extent> extents() throws IOException {
        List<ExtExtents.Extent> read = extents;
        if (read == null) {
            read = ExtExtents.of(structures(), fileSystem.superblock(), inode);
            extents = read;
        }
        return read;
    }

    /** Content that is in the inode: first in place of the block pointers, then as an attribute. */
    byte[] inline() throws IOException {
        byte[] more = allAttributes().getOrDefault(ExtAttributes.INLINE_DATA, new byte[0]);
        structures()
                .require(
                        inode.size() <= MAX_INLINE_BYTES,
                        "inode " + inode() + " has " + inode.size() + " bytes in itself");
        byte[] all = new byte[ExtInode.BLOCKS_BYTES + more.length];
        inode.raw().get(ExtInode.BLOCKS_AT, all, 0, ExtInode.BLOCKS_BYTES);
        System.arraycopy(more, 0, all, ExtInode.BLOCKS_BYTES, more.length);
        return Arrays.copyOf(all, (int) Math.min(all.length, inode.size()));
    }

    boolean isInline() {
        return inode.has(ExtInode.INLINE_DATA);
    }

    Structures structures() {
        return fileSystem.structures();
    }

    int blockBytes() {
        return fileSystem.superblock().blockBytes();
    }

    private void requireReadable() throws IOException {
        if (inode.has(ExtInode.ENCRYPTED)) {
            throw structures().unsupported("an encrypted folder or file (inode " + inode() + ")");
        }
    }
}
