package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a source that a restore leaves out, or gives another name, since something of another kind has their place.
 * Thread-safe: lanes share them (M28).
 */
final class Detours {
    /** Parts of one restore. With more of them something is wrong with the target as a whole. */
    private static final int MOST = 100_000;

    private static final ByteString LEFT_OUT = ByteString.of("");

    /** By absolute path on the source. */
    private final Map<ByteString, ByteString> detours = new HashMap<>();

    void leaveOut(byte[] path) throws BackupException {
        put(path, LEFT_OUT);
    }

    void rename(byte[] path, String suffix) throws BackupException {
        byte[] behind = suffix.getBytes(StandardCharsets.UTF_8);
        put(path, ByteString.copyOf(joined(path, path.length, behind, 0)));
    }

    /** The path as it is to be placed; null when it is left out. */
    synchronized byte @Nullable [] of(byte[] path) {
        if (detours.isEmpty()) {
            return path;
        }
        for (int i = path.length - 1; i > 0; i--) {
            if (path[i] == '/') {
                ByteString instead = detours.get(ByteString.copyOf(path, 0, i));
                if (instead != null) {
                    return instead.equals(LEFT_OUT) ? null : joined(instead.toBytes(), instead.length(), path, i);
                }
            }
        }
        return path;
    }

    private synchronized void put(byte[] path, ByteString instead) throws BackupException {
        if (detours.size() == MOST) {
            throw new BackupException(
                    RestoreFault.IN_THE_WAY,
                    MOST + " folders have files in their places, or the reverse",
                    "Restore to another place with --to.");
        }
        detours.put(ByteString.copyOf(path), instead);
    }

    private static byte[] joined(byte[] head, int headLength, byte[] tail, int from) {
        byte[] joined = new byte[headLength + tail.length - from];
        System.arraycopy(head, 0, joined, 0, headLength);
        System.arraycopy(tail, from, joined, headLength, tail.length - from);
        return joined;
    }
}
