package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.StateNames;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a tree with the state of earlier backups, a folder at a time (D2). Everything is compared for being the same, never for
 * being newer: clocks may do what they like. Memory: {@value #MOST_NAMES} names of the state, whatever a folder had (Q9).
 */
final class TreeChanges {
    private static final String SLASH = "/";

    /** Of folders on the way down, and of the pages of large ones: some 10 MiB. */
    private static final int MOST_NAMES = 10 * StateNames.PAGE;

    private final StateNames<ObjectEntry> before;
    private final Set<String> roots = new HashSet<>();
    private final Deque<Doomed> doomed = new ArrayDeque<>();

    TreeChanges(CatalogState before, List<FileTree.Root> roots) {
        this.before = new StateNames<>(before, StateNames.PAGE, MOST_NAMES, StateObject::object);
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
        int nameAt = path.lastIndexOf('/') + 1;
        return then(path.substring(0, nameAt), path.substring(nameAt));
    }

    /**
     * What isn't in a folder any more is deleted from now on.
     *
     * @param there what is in it now
     * @return the folder, for {@link #then}
     */
    String enter(Path source, ListedFolder there) {
        String path = exact(source);
        String folder = path.endsWith(SLASH) ? path : path + SLASH;
        doomed.push(new Doomed(folder, there, null));
        return folder;
    }

    /** What was there by a name; null for nothing. */
    @Nullable
    ObjectEntry then(String folder, String name) throws IOException {
        return before.find(folder, name);
    }

    /** What was a folder is none any more, so nothing is in it. */
    void replaced(ObjectEntry folder) {
        doomed.push(new Doomed(folder.path() + SLASH, null, null));
    }

    /** The next path that is no more, what is in a folder before the folder itself; null when there is none for now. */
    @Nullable
    ImageMember nextDeleted() throws IOException {
        while (!doomed.isEmpty()) {
            Doomed top = doomed.peek();
            ObjectEntry next = top.next(before);
            if (next == null) {
                doomed.pop();
                if (top.itself != null) {
                    return deleted(top.itself);
                }
            } else if (!roots.contains(next.path())) {
                if (!isFolder(next)) {
                    return deleted(next);
                }
                doomed.push(new Doomed(next.path() + SLASH, null, next));
            }
        }
        return null;
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

    /** A folder of which something may be gone. */
    private static final class Doomed {
        private final String folder;
        /** What isn't gone; null when all is. */
        private final @Nullable ListedFolder there;
        /** Deleted after what is left of it; null for nothing. */
        private final @Nullable ObjectEntry itself;
        /** The name that was looked at last. */
        private String at = "";

        Doomed(String folder, @Nullable ListedFolder there, @Nullable ObjectEntry itself) {
            this.folder = folder;
            this.there = there;
            this.itself = itself;
        }

        /** The root of a file system is in the folder that it is, under no name, and never comes. */
        @Nullable
        ObjectEntry next(StateNames<ObjectEntry> before) throws IOException {
            while (true) {
                StateNames.Named<ObjectEntry> next = before.after(folder, at);
                if (next == null) {
                    return null;
                }
                at = next.name();
                if (there == null || !there.has(at)) {
                    return next.value();
                }
            }
        }
    }
}
