package io.saddlebag.qcow2;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Clusters that QEMU has compressed; what is written here never is. */
final class PackedCluster {
    private PackedCluster() {}

    /**
     * Unpacks one.
     *
     * @param packed begins with the cluster, and goes on with anything
     * @return the cluster; null when that is none
     */
    static byte @Nullable [] unpack(byte[] packed, int compression, int clusterBytes) {
        byte[] cluster = new byte[clusterBytes];
        boolean whole = compression == Qcow2Format.ZSTD ? unzstd(packed, cluster) : inflate(packed, cluster);
        return whole ? cluster : null;
    }

    private static boolean unzstd(byte[] packed, byte[] cluster) {
        try {
            long frame = Zstd.findFrameCompressedSize(packed, 0, packed.length);
            if (Zstd.isError(frame) || frame > packed.length) {
                return false;
            }
            return Zstd.decompressByteArray(cluster, 0, cluster.length, packed, 0, (int) frame) == cluster.length;
        } catch (ZstdException e) {
            return false;
        }
    }

    private static boolean inflate(byte[] packed, byte[] cluster) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            int length = 0;
            while (length < cluster.length) {
                int n = inflater.inflate(cluster, length, cluster.length - length);
                if (n == 0) {
                    return false;
                }
                length += n;
            }
            return true;
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }
}
