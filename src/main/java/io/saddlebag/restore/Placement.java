package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Confined;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * Where objects go: which are wanted, and below which folder each lands. Nothing is ever placed outside of these folders
 * (X13).
 */
final class Placement {
    private final List<Mapping> mappings;
    private final List<String> wanted;
    private final String suffix;
    private final Detours detours = new Detours();
    /** At most one for each mapping. */
    private final Set<ByteString> closed = new CopyOnWriteArraySet<>();

    private Placement(List<Mapping> mappings, List<String> wanted, String suffix) {
        this.mappings = mappings;
        this.wanted = wanted;
        this.suffix = suffix;
    }

    /** Each source root to a folder of its own. */
    static Placement of(HostFiles files, List<Pair> pairs, List<String> wanted, String suffix) {
        List<Mapping> mappings = new ArrayList<>();
        for (Pair pair : pairs) {
            mappings.add(new Mapping(pair.source(), new Confined(files, pair.target())));
        }
        return new Placement(mappings, List.copyOf(wanted), suffix);
    }

    /** Everything with its whole path below one folder. */
    static Placement below(HostFiles files, Path target, List<String> wanted, String suffix) {
        return of(files, List.of(new Pair(Path.of("/"), target)), wanted, suffix);
    }

    /** The object was left out, since something else has its place: so is all below it. */
    void leaveOut(ImageMember member) throws IOException {
        detours.leaveOut(absolute(member.path()));
    }

    /** The object got a suffix: what is below it goes there. */
    void rename(ImageMember member) throws IOException {
        detours.rename(absolute(member.path()), suffix);
    }

    /** To be called when something was put where a folder may have been: the ways are looked at again. */
    void forgetWays() {
        for (Mapping mapping : mappings) {
            mapping.target().forget();
        }
    }

    /** Whether it is the top of a tree that is restored; what is beside it isn't this restore's. */
    boolean isTop(Path place) {
        for (Mapping mapping : mappings) {
            if (mapping.target().root().equals(place)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The member, which is no folder, gets the place of a whole tree, as one does that was backed up for itself. What an image
     * has below such a one would lead wherever a link points.
     *
     * @throws BackupException {@link RestoreFault#UNSAFE_MEMBER} for what takes the place of the source's root, and then of the
     *     target
     */
    void closeTop(ImageMember member) throws IOException {
        if (member.path().equals(ImageMember.ROOT)) {
            throw unsafe(member, "is no folder, and has the place of all others");
        }
        closed.add(member.path());
    }

    private void requireNotBelowClosed(ImageMember member) throws BackupException {
        for (ByteString each : closed) {
            if (member.path().startsWith(ByteString.of(each + "/"))) {
                throw unsafe(member, "is below /" + each + ", which is no folder");
            }
        }
    }

    private static BackupException unsafe(ImageMember member, String what) {
        return new BackupException(
                RestoreFault.UNSAFE_MEMBER,
                member.absolutePath() + " " + what,
                "Don't trust this image; restore what you need of it with --object.");
    }

    /** What a renamed object gets behind its name. */
    String suffix() {
        return suffix;
    }

    /** The object's place; null when it isn't wanted, or isn't below a root. */
    @Nullable
    Path of(String absolutePath) throws IOException {
        return wants(absolutePath) ? place(ByteString.ofExactText(absolutePath).toBytes()) : null;
    }

    /** As {@link #of(String)}, byte by byte. */
    @Nullable
    Path of(ImageMember member) throws IOException {
        if (!wants(member.exactPath())) {
            return null;
        }
        requireNotBelowClosed(member);
        return place(absolute(member.path()));
    }

    /** As {@link #of(ImageMember)}, of the file that a hard link is a further name of. */
    @Nullable
    Path ofTarget(ImageMember link) throws IOException {
        ByteString target = Objects.requireNonNull(link.link());
        return wants("/" + target.toExactText()) ? place(absolute(target)) : null;
    }

    private static byte[] absolute(ByteString path) {
        if (path.equals(ImageMember.ROOT)) {
            return new byte[] {'/'};
        }
        byte[] bytes = new byte[path.length() + 1];
        bytes[0] = '/';
        System.arraycopy(path.toBytes(), 0, bytes, 1, path.length());
        return bytes;
    }

    /** The place of a folder above something wanted; null for all others. */
    @Nullable
    Path ofFolderAbove(String absolutePath) throws IOException {
        String prefix = absolutePath.equals("/") ? "/" : absolutePath + "/";
        boolean above = wanted.stream().anyMatch(each -> each.startsWith(prefix));
        return above && !wants(absolutePath)
                ? place(ByteString.ofExactText(absolutePath).toBytes())
                : null;
    }

    boolean wants(String absolutePath) {
        if (wanted.isEmpty()) {
            return true;
        }
        for (String each : wanted) {
            if (absolutePath.equals(each) || absolutePath.startsWith(each.equals("/") ? "/" : each + "/")) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Path place(byte[] original) throws IOException {
        byte[] absolutePath = detours.of(original);
        if (absolutePath == null) {
            return null;
        }
        for (Mapping mapping : mappings) {
            byte[] below = mapping.relative(absolutePath);
            if (below != null) {
                return mapping.target().resolve(below);
            }
        }
        return null;
    }

    /**
     * A root and its place.
     *
     * @param source as in the image
     * @param target where it is put
     */
    record Pair(Path source, Path target) {}

    private static final class Mapping {
        private final byte[] source;
        /** Of everything below the source: with a slash at its end. */
        private final byte[] prefix;

        private final Confined target;

        Mapping(Path source, Confined target) {
            byte[] root = RawPath.bytes(source);
            boolean slash = root[root.length - 1] == '/';
            this.source = root;
            this.prefix = slash ? root : Arrays.copyOf(root, root.length + 1);
            this.prefix[prefix.length - 1] = '/';
            this.target = target;
        }

        Confined target() {
            return target;
        }

        byte @Nullable [] relative(byte[] absolutePath) {
            if (Arrays.equals(absolutePath, source)) {
                return new byte[0];
            }
            boolean below = absolutePath.length > prefix.length
                    && Arrays.equals(absolutePath, 0, prefix.length, prefix, 0, prefix.length);
            return below ? Arrays.copyOfRange(absolutePath, prefix.length, absolutePath.length) : null;
        }
    }
}
