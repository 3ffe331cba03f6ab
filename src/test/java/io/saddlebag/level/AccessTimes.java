package io.saddlebag.level;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When everything in a tree was read last, and what a backup has of that: what is stored was looked at before it was read, and what didn't
 * change since the backup below is as it was then. Nothing is listed or opened on the way, which would be access.
 */
final class AccessTimes {
    private final Map<String, Seen> seen;
    private final Map<Object, String> firstNames = new HashMap<>();
    private final Map<String, Instant> stored = new TreeMap<>();

    private AccessTimes(Map<String, Seen> seen) {
        this.seen = seen;
        // a folder before what is in it, and names of a folder by their bytes, as the tree is walked
        seen.keySet().stream()
                .sorted((a, b) -> Arrays.compareUnsigned(inWalkingOrder(a), inWalkingOrder(b)))
                .forEach(name -> firstNames.putIfAbsent(seen.get(name).file(), name));
    }

    /** @param names below the tree, a character for each byte; "" is the tree itself */
    static AccessTimes of(Path tree, Collection<String> names) throws IOException {
        Map<String, Seen> seen = new TreeMap<>();
        for (String name : names) {
            seen.put(name, Seen.of(at(tree, name)));
        }
        return new AccessTimes(seen);
    }

    /** Each folder is looked at before it is listed. */
    static Map<String, Instant> in(Path tree) throws IOException {
        Map<String, Instant> times = new TreeMap<>();
        collect(tree, tree, times);
        return times;
    }

    private static void collect(Path tree, Path at, Map<String, Instant> times) throws IOException {
        Seen seen = Seen.of(at);
        times.put(new String(RawPath.bytes(tree.relativize(at)), ISO_8859_1), seen.accessed());
        if (seen.isFolder()) {
            try (DirectoryStream<Path> names = Files.newDirectoryStream(at)) {
                for (Path each : names) {
                    collect(tree, each, times);
                }
            }
        }
    }

    private static Path at(Path tree, String name) {
        byte[] below = name.getBytes(ISO_8859_1);
        if (below.length == 0) {
            return tree;
        }
        return tree.resolve(RawPath.of(below));
    }

    private static byte[] inWalkingOrder(String name) {
        return name.replace('/', '\0').getBytes(ISO_8859_1);
    }

    /** @param below null for a backup of everything */
    void backedUpOnTopOf(@Nullable AccessTimes below) {
        seen.forEach((name, now) -> {
            String first = Objects.requireNonNull(now.isFolder() ? name : firstNames.get(now.file()));
            boolean kept = below != null && !now.isFolder() && below.has(first, now);
            stored.put(name, kept ? below.stored.get(first) : seen.get(first).accessed());
        });
    }

    private boolean has(String first, Seen now) {
        Seen then = seen.get(first);
        return then != null
                && then.file().equals(now.file())
                && then.changed().equals(now.changed())
                && first.equals(firstNames.get(then.file()));
    }

    /** What comes back. */
    Map<String, Instant> stored() {
        return stored;
    }

    private record Seen(Object file, boolean isFolder, Instant accessed, Instant changed) {
        static Seen of(Path path) throws IOException {
            Map<String, Object> all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
            return new Seen(
                    Objects.requireNonNull(all.get("ino")),
                    Boolean.TRUE.equals(all.get("isDirectory")),
                    ((FileTime) Objects.requireNonNull(all.get("lastAccessTime"))).toInstant(),
                    ((FileTime) Objects.requireNonNull(all.get("ctime"))).toInstant());
        }
    }
}
