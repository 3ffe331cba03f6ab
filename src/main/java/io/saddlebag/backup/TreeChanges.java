package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.host.FileStatus;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberType;
import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a tree with the state of earlier backups, a folder at a time (D2). Everything is compared for being the same, never for
 * being newer: clocks may do what they like. Memory: what the state has in one folder, and in those above that are being
 * deleted.
 */
final class TreeChanges {
    private static final String SLASH = "/";

    private final CatalogState before;
    private final Set<String> roots = new HashSet<>();
    private final Deque<Doomed> doomed = new ArrayDeque<>();

    TreeChanges(CatalogState before, List<FileTree.Root> roots) {
        this.before = before;
        roots.forEach(root -> this.roots.add(exact(root.source())));
    }

    /** As catalogs know it. */
    static String exact(Path source) {
        return ByteString.copyOf(RawPath.bytes(source)).toExactText();
    }

    /** What was at the place of a root. */
    @Nullable
    ObjectEntry root(Path source) throws IOException {
        String path = exact(source);
        for (StateObject each : before.folder(path.substring(0, path.lastIndexOf('/') + 1))) {
            if (each.object().path().equals(path)) {
                return each.object();
            }
        }
        return null;
    }

    /**
     * What was in a folder, by name. What isn't there any more is deleted from now on.
     *
     * @param there what is in it now and is backed up
     */
    Map<String, ObjectEntry> enter(Path source, Iterable<Path> there) throws IOException {
        String path = exact(source);
        List<StateObject> then = before.folder(path.endsWith(SLASH) ? path : path + SLASH);
        Map<String, ObjectEntry> known = new HashMap<>();
        then.forEach(each -> known.put(each.name(), each.object()));
        // the root of a file system is in the folder that it is
        known.remove("");
        Set<String> gone = new HashSet<>(known.keySet());
        for (Path each : there) {
            gone.remove(exact(each.getFileName()));
        }
        if (!gone.isEmpty()) {
            doomed.push(new Doomed(gone.stream().sorted().map(known::get).iterator(), null));
        }
        return known;
    }

    /** What was a folder is none any more, so nothing is in it. */
    void replaced(ObjectEntry folder) throws IOException {
        doomed.push(new Doomed(below(folder), null));
    }

    /** The next path that is no more, what is in a folder before the folder itself; null when there is none for now. */
    @Nullable
    ImageMember nextDeleted() throws IOException {
        while (!doomed.isEmpty()) {
            Doomed top = doomed.peek();
            if (!top.rest().hasNext()) {
                doomed.pop();
                if (top.folder() != null) {
                    return deleted(top.folder());
                }
                continue;
            }
            ObjectEntry next = top.rest().next();
            if (roots.contains(next.path())) {
                continue;
            }
            if (isFolder(next)) {
                doomed.push(new Doomed(below(next), next));
            } else {
                return deleted(next);
            }
        }
        return null;
    }

    private Iterator<ObjectEntry> below(ObjectEntry folder) throws IOException {
        return before.folder(folder.path() + SLASH).stream()
                .map(StateObject::object)
                .iterator();
    }

    private static ImageMember deleted(ObjectEntry object) {
        return ImageMember.deleted(
                ImageMember.pathOf(ByteString.ofExactText(object.path()).toBytes()));
    }

    static boolean isFolder(ObjectEntry object) {
        return object.type() == MemberType.DIRECTORY.letter();
    }

    /**
     * Whether the state has it as it is now.
     *
     * @param type and link as it would be stored now
     */
    static boolean isSame(
            ObjectEntry then,
            MemberType type,
            @Nullable ByteString link,
            FileStatus now,
            Fingerprints.Fingerprint print) {
        return then.type() == type.letter()
                && (link == null || link.toExactText().equals(then.linkTarget()))
                && then.changed() != null
                && then.changed().equals(print.changed())
                && (then.inode() == 0 || then.inode() == print.inode())
                && then.modified().equals(now.times().modified())
                && (type != MemberType.FILE || then.size() == now.sizeBytes());
    }

    /** @param folder deleted after what is left of it; null for none */
    private record Doomed(
            Iterator<ObjectEntry> rest, @Nullable ObjectEntry folder) {}
}
