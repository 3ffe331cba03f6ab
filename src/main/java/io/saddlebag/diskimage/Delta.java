package io.saddlebag.diskimage;

import io.saddlebag.disk.ClusterSet;
import java.io.IOException;
import java.util.Arrays;

/**
 * What an overlay has to hold so that, on top of its parent, it shows a disk as it is now. A cluster that isn't used any more
 * reads as zeros.
 *
 * @param data clusters with other content than the parent's
 * @param zeros clusters that are zeros now, or unused, and were not in the parent
 */
record Delta(ClusterSet data, ClusterSet zeros) {
    /** Reads both to their ends. */
    static Delta between(HashFileReader parent, HashFileReader now) throws IOException {
        Delta delta = new Delta(ClusterSet.none(now.diskBytes()), ClusterSet.none(now.diskBytes()));
        byte[] ofZeros = ClusterHash.ofZeros();
        while (now.peek() >= 0) {
            long cluster = now.peek();
            delta.dropUntil(cluster, parent);
            byte[] hash = now.next();
            boolean inParent = parent.peek() == cluster;
            boolean same = Arrays.equals(hash, inParent ? parent.next() : ofZeros);
            if (!same) {
                // what the parent hasn't got reads as zeros already
                (inParent && Arrays.equals(hash, ofZeros) ? delta.zeros : delta.data).add(cluster);
            }
        }
        delta.dropUntil(Long.MAX_VALUE, parent);
        parent.finish();
        now.finish();
        return delta;
    }

    private void dropUntil(long cluster, HashFileReader parent) throws IOException {
        while (parent.peek() >= 0 && parent.peek() < cluster) {
            // the disk may have shrunk since
            if (parent.peek() < zeros.clusters()) {
                zeros.add(parent.peek());
            }
            parent.next();
        }
    }
}
