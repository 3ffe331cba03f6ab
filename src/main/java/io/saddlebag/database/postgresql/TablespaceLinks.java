package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What in a data directory says where its tablespaces and journals are: links, and in a copy that was made online the map from
 * which the server makes the links anew.
 */
final class TablespaceLinks {
    static final String FOLDER = "pg_tblspc";

    private static final String JOURNAL = "pg_wal";
    private static final String UNFINISHED = ".saddlebag-new";

    private final Path data;
    private final Path home;

    /**
     * @param data where its files are
     * @param home where the server has it, to which relative links belong
     */
    TablespaceLinks(Path data, Path home) {
        this.data = data;
        this.home = home;
    }

    /** Says where what was at a place is, or will be; null for where it was. */
    interface NewPlace {
        @Nullable
        Path of(Path old) throws IOException;
    }

    /** Has links and map lead to new places; durable on return. */
    void turn(NewPlace places) throws IOException {
        for (Path link : links()) {
            Path now = places.of(target(link));
            if (now != null) {
                replace(link, now);
            }
        }
        map(places);
    }

    private List<Path> links() throws IOException {
        List<Path> links = new ArrayList<>();
        Path folder = data.resolve(FOLDER);
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isSymbolicLink)) {
                entries.forEach(links::add);
            }
        }
        if (Files.isSymbolicLink(data.resolve(JOURNAL))) {
            links.add(data.resolve(JOURNAL));
        }
        return links;
    }

    private Path target(Path link) throws IOException {
        return home.resolve(data.relativize(link))
                .resolveSibling(Files.readSymbolicLink(link))
                .normalize();
    }

    private void replace(Path link, Path now) throws IOException {
        Path unfinished = link.resolveSibling(link.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        Files.createSymbolicLink(unfinished, now);
        own(unfinished, link);
        Files.move(unfinished, link, StandardCopyOption.ATOMIC_MOVE);
        sync(Objects.requireNonNull(link.getParent()));
    }

    private void map(NewPlace places) throws IOException {
        Path file = data.resolve(TablespaceMap.FILE_NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Map<String, Path> turned = new LinkedHashMap<>();
        for (Map.Entry<String, Path> each :
                TablespaceMap.parse(Files.readString(file)).places().entrySet()) {
            Path now = places.of(each.getValue());
            turned.put(each.getKey(), now == null ? each.getValue() : now);
        }
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, new TablespaceMap(turned).text());
        own(unfinished, file);
        sync(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        sync(data);
    }

    private static void own(Path path, Path like) throws IOException {
        for (String owner : Set.of("unix:uid", "unix:gid")) {
            Object value = Files.getAttribute(like, owner, LinkOption.NOFOLLOW_LINKS);
            if (!value.equals(Files.getAttribute(path, owner, LinkOption.NOFOLLOW_LINKS))) {
                Files.setAttribute(path, owner, value, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel open = FileChannel.open(path, StandardOpenOption.READ)) {
            open.force(true);
        }
    }
}
