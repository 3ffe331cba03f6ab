package io.saddlebag.host;

import io.saddlebag.fault.BackupException;
import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is named by an image, a catalog or a request below a folder (X13): names that lead out of it are refused, and
 * so are names whose way leads through a symbolic link, wherever that points. Thread-safe.
 *
 * <p>The folders on the way are looked at, as they are then; those of the member before aren't looked at once more, until
 * {@link #forget}. Someone who may write below the root, and swaps a folder for a link between the look and the use, isn't held
 * off: use {@link HostFiles#anchor}ed files, or restore into a folder that is only yours.
 */
public final class Confined {
    /** Folders deep; the kernel's longest path of 4096 bytes allows no more. */
    private static final int DEEPEST = 2048;

    private final HostFiles files;
    private final Path root;
    private volatile @Nullable Way known;

    /** @param root everything stays below; may itself be reached through links */
    public Confined(HostFiles files, Path root) {
        this.files = files;
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    /** As {@link #resolve(byte[])}, of a name in UTF-8. */
    public Path resolve(String member) throws IOException {
        return resolve(member.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Where a member goes. Leading {@code ./} and doubled slashes are allowed, as tar writes them; a member that names
     * the root itself gives the root.
     *
     * @param member relative name, parts divided by {@code /}
     * @throws BackupException {@link FileFault#NOT_CONFINED} for {@code ..}, an absolute name, a zero byte, or a way that
     *     leads through something other than a folder
     */
    public Path resolve(byte[] member) throws IOException {
        Way way = known;
        if (way != null && way.leadsTo(member)) {
            List<Path> name = new ArrayList<>(1);
            addPart(name, Arrays.copyOfRange(member, way.length(), member.length), member);
            return name.isEmpty() ? way.folder() : way.folder().resolve(name.get(0));
        }
        List<Path> parts = parts(member);
        Path path = root;
        boolean there = true;
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                there &= isFolder(path, member);
            }
            if (i > 0 && i == parts.size() - 1 && there) {
                remember(path, member);
            }
            path = path.resolve(parts.get(i));
        }
        return path;
    }

    /** To be called when something on a way may be no folder any more. */
    public void forget() {
        known = null;
    }

    private void remember(Path folder, byte[] member) {
        int slash = member.length - 1;
        while (slash >= 0 && member[slash] != '/') {
            slash--;
        }
        boolean named = slash < member.length - 2 || (slash == member.length - 2 && member[slash + 1] != '.');
        if (slash > 0 && named) {
            known = new Way(Arrays.copyOf(member, slash + 1), folder);
        }
    }

    private boolean isFolder(Path folder, byte[] member) throws IOException {
        Optional<FileStatus> there = files.find(folder);
        if (there.isEmpty()) {
            return false; // whoever makes it makes a folder
        }
        FileKind kind = there.get().kind();
        if (kind == FileKind.LINK) {
            throw refused(member, folder + " on the way is a symbolic link");
        }
        if (kind != FileKind.FOLDER) {
            throw refused(member, folder + " on the way is not a folder");
        }
        return true;
    }

    /** A way that was looked at. */
    private static final class Way {
        /** Of members, with the slash at the end. */
        private final byte[] bytes;

        private final Path folder;

        Way(byte[] bytes, Path folder) {
            this.bytes = bytes;
            this.folder = folder;
        }

        Path folder() {
            return folder;
        }

        int length() {
            return bytes.length;
        }

        boolean leadsTo(byte[] member) {
            if (member.length <= bytes.length || !Arrays.equals(bytes, 0, bytes.length, member, 0, bytes.length)) {
                return false;
            }
            for (int i = bytes.length; i < member.length; i++) {
                if (member[i] == '/' || member[i] == 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private static List<Path> parts(byte[] member) throws BackupException {
        if (member.length > 0 && member[0] == '/') {
            throw refused(member, "it is absolute");
        }
        List<Path> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= member.length; i++) {
            if (i < member.length && member[i] == 0) {
                throw refused(member, "it holds a zero byte");
            }
            if (i == member.length || member[i] == '/') {
                addPart(parts, Arrays.copyOfRange(member, start, i), member);
                start = i + 1;
            }
        }
        return parts;
    }

    private static void addPart(List<Path> parts, byte[] part, byte[] member) throws BackupException {
        String text = new String(part, StandardCharsets.ISO_8859_1);
        if (text.isEmpty() || text.equals(".")) {
            return;
        }
        if (text.equals("..")) {
            throw refused(member, "it goes up with ..");
        }
        Path path = RawPath.of(part);
        // elsewhere than on POSIX a name may hold more than a name: C:x, a\..\b
        if (path.isAbsolute() || path.getNameCount() != 1 || path.getRoot() != null) {
            throw refused(member, "'" + text + "' is more than a name here");
        }
        if (parts.size() == DEEPEST) {
            throw refused(member, "it is deeper than " + DEEPEST + " folders");
        }
        parts.add(path);
    }

    private static BackupException refused(byte[] member, String reason) {
        return new BackupException(
                FileFault.NOT_CONFINED,
                "member '" + printable(member) + "' leads out of the target: " + reason,
                "Don't trust this image; restore it into an empty folder if you must, and look at what it holds.");
    }

    /** Names of hostile images go to terminals and logs: no control characters, no novels. */
    private static String printable(byte[] member) {
        String text = new String(member, 0, Math.min(member.length, 200), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}", "?") + (member.length > 200 ? "..." : "");
    }
}
