package io.saddlebag.database.postgresql;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of a restored data directory, made ready so that a server on it reaches nothing outside of the copy (W24). */
final class CopiedCluster {
    private static final String JOURNAL = "pg_wal";
    private static final String TABLESPACES = "pg_tblspc";
    /** Each would have the server ask the original, or another server, for more. */
    private static final List<String> FOLLOWING = List.of("standby.signal", "recovery.signal", "recovery.conf");
    /** Read after any other configuration, wherever that is. */
    private static final String OWN_SETTINGS = "postgresql.auto.conf";
    /** Slots and origins of replication: they mean nothing in a copy, and keep one with small limits from starting. */
    private static final String SLOTS = "pg_replslot";

    private static final String ORIGINS = "pg_logical/replorigin_checkpoint";

    private final Path data;
    private final CopyPlace place;

    CopiedCluster(Path data, CopyPlace place) {
        this.data = data;
        this.place = place;
    }

    void requireThere() throws BackupException {
        if (!Files.isRegularFile(data.resolve("PG_VERSION"))) {
            throw new BackupException(
                    CopyFault.NOT_A_COPY,
                    "there is no PG_VERSION in " + data,
                    "Choose a backup of the whole database; 'saddlebag lsbu' lists them.");
        }
    }

    /** The major version; 10 of 10.23, and 9 of anything older. */
    int version() throws IOException {
        String text = Files.readString(data.resolve("PG_VERSION")).strip();
        int dot = text.indexOf('.');
        return Integer.parseInt(dot < 0 ? text : text.substring(0, dot));
    }

    void detach() throws IOException {
        for (String name : FOLLOWING) {
            Files.deleteIfExists(data.resolve(name));
        }
        Files.deleteIfExists(data.resolve(OWN_SETTINGS));
        Files.deleteIfExists(data.resolve(ORIGINS));
        removeSlots();
        for (Path link : links()) {
            turn(link);
        }
        turnMap();
    }

    /** From it the server would make the links anew, to the tablespaces of the original. */
    private void turnMap() throws IOException {
        new TablespaceLinks(data, data).turn(old -> {
            Path copied = old.startsWith(place.root()) ? old : place.of(old);
            if (Files.isDirectory(copied, LinkOption.NOFOLLOW_LINKS)) {
                return copied;
            }
            throw new BackupException(
                    CopyFault.NOT_FENCED,
                    "the copy has a tablespace at " + old + ", which is not in the backup",
                    "Back up the database with all its folders; or restore it by hand on another machine.");
        });
    }

    private void removeSlots() throws IOException {
        Path slots = data.resolve(SLOTS);
        if (!Files.isDirectory(slots, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(slots, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, java.io.IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!folder.equals(slots)) {
                    Files.delete(folder);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private List<Path> links() throws IOException {
        List<Path> links = new ArrayList<>();
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isSymbolicLink()) {
                    links.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return links;
    }

    /** Journals and tablespaces elsewhere are in the copy, too; a link to anything else is not followed by accident. */
    private void turn(Path link) throws IOException {
        Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
        if (target.startsWith(place.root())) {
            return;
        }
        Path folder = link.getParent();
        boolean moved =
                link.equals(data.resolve(JOURNAL)) || data.resolve(TABLESPACES).equals(folder);
        Path copied = place.of(target);
        if (moved && Files.isDirectory(copied, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(link);
            Files.createSymbolicLink(link, copied);
            return;
        }
        if (!moved && data.equals(folder) && !Files.isDirectory(target)) {
            // configuration and certificates, of which the copy reads nothing
            Files.delete(link);
            return;
        }
        throw new BackupException(
                CopyFault.NOT_FENCED,
                "the copy has a link " + data.relativize(link) + " to " + target + ", which is not in the backup",
                "Back up the database with all its folders; or restore it by hand on another machine.");
    }

    /** Lets the server's user walk down to its files, through folders that are this node's own. */
    void makeReachable(Path from) throws IOException {
        for (Path up = from.getParent(); up != null && up.startsWith(place.root()); up = up.getParent()) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(up, LinkOption.NOFOLLOW_LINKS);
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(up, permissions);
            }
        }
    }

    /** Links to what was restored elsewhere below the root. */
    List<Path> outsideFolders() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path link : links()) {
            folders.add(link.resolveSibling(Files.readSymbolicLink(link)).normalize());
        }
        return folders;
    }

    /** A folder of the data directory's owner that nobody else can enter. */
    void makeFolder(Path folder) throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        own(folder);
    }

    void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        own(file);
    }

    private void own(Path path) throws IOException {
        for (String owner : Set.of("unix:uid", "unix:gid")) {
            Object value = Files.getAttribute(data, owner, LinkOption.NOFOLLOW_LINKS);
            if (!value.equals(Files.getAttribute(path, owner, LinkOption.NOFOLLOW_LINKS))) {
                Files.setAttribute(path, owner, value, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
