package io.saddlebag.host.local;

import io.saddlebag.posix.RawPath;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * What is in one folder, of which only the bytes of the names are kept: less than 10 bytes of memory a name beside its own, and 4 more
 * while they are sorted (Q9). Each path is made when it is asked for. Not changed any more once it is handed out.
 */
final class FolderNames extends AbstractList<Path> implements RandomAccess {
    private static final int OFFSET_BITS = 16;
    private static final int CHUNK_BYTES = 1 << OFFSET_BITS;
    private static final int FIRST_BYTES = 256;
    private static final int LENGTH_BYTES = 2;
    private static final int MOST_CHUNKS = 1 << (Integer.SIZE - OFFSET_BITS);

    private final Path folder;
    /** Each name behind its length, none over the end of a chunk. */
    private final List<byte[]> chunks = new ArrayList<>();

    private int used;
    /** Of each name its chunk and, in the lower bits, its offset there. */
    private int[] places = new int[16];

    private int count;

    FolderNames(Path folder) {
        this.folder = folder;
    }

    void append(Path name) {
        byte[] bytes = RawPath.bytes(name);
        byte[] chunk = room(LENGTH_BYTES + bytes.length);
        if (count == places.length) {
            places = Arrays.copyOf(places, count + count / 2);
        }
        places[count++] = (chunks.size() - 1) << OFFSET_BITS | used;
        chunk[used] = (byte) (bytes.length >> Byte.SIZE);
        chunk[used + 1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, chunk, used + LENGTH_BYTES, bytes.length);
        used += LENGTH_BYTES + bytes.length;
    }

    /** The chunk that has so much left. */
    private byte[] room(int bytes) {
        byte[] last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last != null && used + bytes <= last.length) {
            return last;
        }
        if (last != null && last.length < CHUNK_BYTES && used + bytes <= CHUNK_BYTES) {
            // most folders are small
            byte[] longer = Arrays.copyOf(last, Math.min(CHUNK_BYTES, Math.max(2 * last.length, used + bytes)));
            chunks.set(chunks.size() - 1, longer);
            return longer;
        }
        if (bytes > CHUNK_BYTES || chunks.size() == MOST_CHUNKS) {
            throw new IllegalStateException("more names than anybody has: " + count + " in " + folder);
        }
        byte[] next = new byte[last == null ? Math.max(FIRST_BYTES, bytes) : CHUNK_BYTES];
        chunks.add(next);
        used = 0;
        return next;
    }

    /** By their bytes. */
    FolderNames sorted() {
        int[] from = places;
        int[] to = new int[count];
        for (long width = 1; width < count; width *= 2) {
            for (long begin = 0; begin < count; begin += 2 * width) {
                int middle = (int) Math.min(begin + width, count);
                merge(from, to, (int) begin, middle, (int) Math.min(middle + width, count));
            }
            int[] merged = to;
            to = from;
            from = merged;
        }
        places = from;
        return this;
    }

    private void merge(int[] from, int[] to, int begin, int middle, int end) {
        int left = begin;
        int right = middle;
        for (int at = begin; at < end; at++) {
            boolean takesLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0);
            to[at] = takesLeft ? from[left++] : from[right++];
        }
    }

    private int compare(int a, int b) {
        byte[] chunkOfA = chunks.get(a >>> OFFSET_BITS);
        byte[] chunkOfB = chunks.get(b >>> OFFSET_BITS);
        int atA = a & CHUNK_BYTES - 1;
        int atB = b & CHUNK_BYTES - 1;
        int nameA = atA + LENGTH_BYTES;
        int nameB = atB + LENGTH_BYTES;
        return Arrays.compareUnsigned(
                chunkOfA, nameA, nameA + length(chunkOfA, atA), chunkOfB, nameB, nameB + length(chunkOfB, atB));
    }

    private static int length(byte[] chunk, int at) {
        return (chunk[at] & 0xff) << Byte.SIZE | (chunk[at + 1] & 0xff);
    }

    @Override
    public Path get(int index) {
        int place = places[Objects.checkIndex(index, count)];
        byte[] chunk = chunks.get(place >>> OFFSET_BITS);
        int at = place & CHUNK_BYTES - 1;
        int name = at + LENGTH_BYTES;
        return folder.resolve(RawPath.of(Arrays.copyOfRange(chunk, name, name + length(chunk, at))));
    }

    @Override
    public int size() {
        return count;
    }
}
