package io.saddlebag.backup;

import io.saddlebag.image.ByteString;
import io.saddlebag.posix.RawPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What is in a folder and is backed up, in the order of the names' bytes. Memory: the list itself and a bit for each name that is left out,
 * no other list, since of a folder of a million there is memory for one (Q9). One thread.
 */
final class ListedFolder implements Iterable<Path> {
    private final List<Path> all;
    private final BitSet leftOut;
    private final UnaryOperator<Path> readAt;
    /** Behind the name that was asked for last. */
    private int at;

    /**
     * @param all by the bytes of their names
     * @param leftOut places in {@code all}
     * @param readAt where each is read, under the same name
     */
    ListedFolder(List<Path> all, BitSet leftOut, UnaryOperator<Path> readAt) {
        this.all = all;
        this.leftOut = leftOut;
        this.readAt = readAt;
    }

    static ListedFolder empty() {
        return new ListedFolder(List.of(), new BitSet(), path -> path);
    }

    @Override
    public Iterator<Path> iterator() {
        return IntStream.iterate(leftOut.nextClearBit(0), i -> i < all.size(), i -> leftOut.nextClearBit(i + 1))
                .mapToObj(i -> readAt.apply(all.get(i)))
                .iterator();
    }

    /**
     * Whether it has something of that name. Catalogs have another order of names that aren't UTF-8: any may be asked for, and those that
     * come in order are found at once.
     *
     * @param name as {@link ByteString#toExactText} spells it
     */
    boolean has(String name) {
        if (at < all.size() && TreeChanges.exact(name(at)).equals(name)) {
            return !leftOut.get(at++);
        }
        byte[] bytes = ByteString.ofExactText(name).toBytes();
        int from = at;
        int step = 1;
        while (from > 0 && compare(from - 1, bytes) >= 0) {
            from = Math.max(0, from - step);
            step *= 2;
        }
        int to = at;
        for (step = 1; to < all.size() && compare(to, bytes) < 0; step *= 2) {
            from = to + 1;
            to = Math.min(all.size(), to + step);
        }
        at = firstNotBefore(bytes, from, Math.min(to, all.size()));
        boolean found = at < all.size() && compare(at, bytes) == 0;
        return found && !leftOut.get(at++);
    }

    /** The first place whose name isn't before that one, which is known to be between both. */
    private int firstNotBefore(byte[] bytes, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, bytes) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compare(int place, byte[] name) {
        return Arrays.compareUnsigned(RawPath.bytes(name(place)), name);
    }

    private Path name(int place) {
        return Objects.requireNonNull(all.get(place).getFileName());
    }
}
