package io.saddlebag.backup;

import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.posix.RawPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A place in the walk over some roots (D6): folders come before what is in them, names in the order of their bytes. It is one whether or
 * not anything is there now.
 */
final class WalkPosition {
    private final List<byte[]> roots;
    private final int root;
    private final byte[] path;

    /**
     * @param sources the roots in the order in which they are walked; none twice
     * @param at in one of them
     * @throws IllegalArgumentException when it is in none
     */
    WalkPosition(List<Path> sources, ByteString at) {
        roots = sources.stream()
                .map(source -> ImageMember.pathOf(RawPath.bytes(source)).toBytes())
                .toList();
        path = at.toBytes();
        root = rootOf(path);
        if (root < 0) {
            throw new IllegalArgumentException(at + " is in none of " + sources);
        }
    }

    /** Negative when that object comes before this place, 0 when it is here, positive when it comes behind. */
    int compare(int itsRoot, ByteString object) {
        return itsRoot == root ? byName(object.toBytes(), path) : Integer.compare(itsRoot, root);
    }

    /** The longest: a root that is in another one is left out of that. */
    private int rootOf(byte[] of) {
        int best = -1;
        for (int i = 0; i < roots.size(); i++) {
            if (isIn(of, roots.get(i)) && (best < 0 || isIn(roots.get(i), roots.get(best)))) {
                best = i;
            }
        }
        return best;
    }

    /** Below it, or it. */
    private static boolean isIn(byte[] path, byte[] folder) {
        boolean everything = folder.length == 1 && folder[0] == '.';
        boolean begins =
                path.length >= folder.length && Arrays.equals(path, 0, folder.length, folder, 0, folder.length);
        return everything || (begins && (path.length == folder.length || path[folder.length] == '/'));
    }

    /** A slash sorts before every byte of a name, so that what is in a folder comes before the folder's next neighbour. */
    private static int byName(byte[] a, byte[] b) {
        if (Arrays.equals(a, b)) {
            return 0;
        }
        if (isIn(b, a) || isIn(a, b)) {
            return isIn(b, a) ? -1 : 1;
        }
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int order = Integer.compare(rank(a[i]), rank(b[i]));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    private static int rank(byte b) {
        return b == '/' ? -1 : b & 0xff;
    }
}
