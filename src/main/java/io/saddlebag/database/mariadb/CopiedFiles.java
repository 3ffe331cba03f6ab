package io.saddlebag.database.mariadb;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of a restored data directory, made ready so that a server on it reaches nothing outside of the copy (W24). */
final class CopiedFiles {
    /** What has a server follow another one. */
    private static final Pattern REPLICATION =
            Pattern.compile("(multi-)?master[^/]*\\.info|relay-log[^/]*\\.info|[^/]*relay[^/]*\\.index");

    private static final String LINK_OF_INNODB = ".isl";

    private final Path data;
    private final CopyPlace place;

    CopiedFiles(Path data, CopyPlace place) {
        this.data = data;
        this.place = place;
    }

    void requireThere() throws BackupException {
        if (!Files.isDirectory(data.resolve("mysql"))) {
            throw new BackupException(
                    CopyFault.NOT_A_COPY,
                    "there is no folder mysql in " + data,
                    "Choose a backup of the whole database; 'saddlebag lsbu' lists them.");
        }
    }

    /**
     * InnoDB's redo log has the whole paths of tables outside of the data directory, so that a recovery would write to the
     * original's: no copy with such tables is started.
     */
    void detach() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(data)) {
            for (Path entry : entries) {
                if (REPLICATION.matcher(entry.getFileName().toString()).matches()) {
                    Files.delete(entry);
                }
            }
        }
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink() || file.toString().endsWith(LINK_OF_INNODB)) {
                    throw new BackupException(
                            CopyFault.NOT_FENCED,
                            "the copy has " + data.relativize(file) + ", which leads out of the data directory",
                            "Restore it by hand on another machine: a server started here could write to the original's"
                                    + " tables.");
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The index of the copied binary logs, which names the original's files where those are in a folder of their own. */
    String indexOfBinaryLogs(Path base) throws IOException {
        Pattern log = Pattern.compile(Pattern.quote(base.getFileName().toString()) + "\\.\\d{6,}");
        List<Path> logs = new ArrayList<>();
        Path folder = base.getParent();
        if (folder != null && Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    if (log.matcher(entry.getFileName().toString()).matches()) {
                        logs.add(entry);
                    }
                }
            }
        }
        logs.sort(
                Comparator.comparing((Path each) -> each.toString().length()).thenComparing(Comparator.naturalOrder()));
        StringBuilder index = new StringBuilder();
        logs.forEach(each -> index.append(each).append('\n'));
        return index.toString();
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

    String owner() throws IOException {
        return Files.getOwner(data, LinkOption.NOFOLLOW_LINKS).getName();
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
