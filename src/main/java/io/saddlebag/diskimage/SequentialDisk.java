package io.saddlebag.diskimage;

import static io.saddlebag.disk.ClusterSet.CLUSTER_BYTES;

import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/** Clusters that are read ahead, as a disk that can be read in their order only. */
final class SequentialDisk implements ReadableDisk {
    private final HashedClusters clusters;
    private final long sizeBytes;
    private final Pieces pieces;
    private HashedClusters.@Nullable Piece current;

    /** Hears of each piece before its bytes are handed out. */
    interface Pieces {
        void next(HashedClusters.Piece piece) throws IOException;
    }

    SequentialDisk(HashedClusters clusters, long sizeBytes, Pieces pieces) {
        this.clusters = clusters;
        this.sizeBytes = sizeBytes;
        this.pieces = pieces;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws IOException {
        long at = offsetBytes;
        while (into.hasRemaining()) {
            HashedClusters.Piece piece = pieceWith(at / CLUSTER_BYTES);
            int from = (int) (at - piece.firstCluster() * CLUSTER_BYTES);
            int n = Math.min(into.remaining(), piece.bytes().limit() - from);
            into.put(into.position(), piece.bytes(), from, n).position(into.position() + n);
            at += n;
        }
    }

    private HashedClusters.Piece pieceWith(long cluster) throws IOException {
        HashedClusters.Piece piece = current;
        while (piece == null || !piece.contains(cluster)) {
            if (piece != null) {
                clusters.giveBack(piece);
                current = null;
            }
            piece = nextPiece();
            if (piece == null || piece.firstCluster() > cluster) {
                throw new IllegalArgumentException("cluster " + cluster + " was read out of order");
            }
            current = piece;
            pieces.next(piece);
        }
        return piece;
    }

    /** A plain failure would count as one of a file that can be padded; a disk with a hole in it is no image. */
    private HashedClusters.@Nullable Piece nextPiece() throws IOException {
        try {
            return clusters.next();
        } catch (BackupException | InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    DiskFault.READ_FAILED,
                    "reading the disk failed: " + e.getMessage(),
                    "Look into the kernel's log, and mend or copy the disk.",
                    e);
        }
    }

    @Override
    public void close() {
        clusters.close();
    }
}
