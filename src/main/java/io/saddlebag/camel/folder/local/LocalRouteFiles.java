package io.saddlebag.camel.folder.local;

import io.saddlebag.camel.folder.RouteFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A routes folder on disk. Symbolic links are followed, as container platforms mount configuration with them. */
public final class LocalRouteFiles implements RouteFiles {
    private static final int MAX_DEPTH = 16;

    @Override
    public List<Seen> list(Path folder) throws IOException {
        return list(folder, MAX_DEPTH);
    }

    @Override
    public List<Seen> listFlat(Path folder) throws IOException {
        return list(folder, 1);
    }

    private static List<Seen> list(Path folder, int depth) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
            files = walk.filter(path -> isRoutes(folder.relativize(path)))
                    .limit(MAX_FILES + 1L)
                    .sorted()
                    .toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        if (files.size() > MAX_FILES) {
            throw new IOException("there are more than " + MAX_FILES + " files of routes below " + folder);
        }
        List<Seen> seen = new ArrayList<>();
        for (Path file : files) {
            look(file, seen);
        }
        return seen;
    }

    private static void look(Path file, List<Seen> seen) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                seen.add(new Seen(
                        file, attributes.size(), attributes.lastModifiedTime().toInstant()));
            }
        } catch (NoSuchFileException e) {
            // deleted since it was listed, or a link to nothing: not there
        }
    }

    private static boolean isRoutes(Path relative) {
        for (Path part : relative) {
            String name = part.toString();
            if (name.startsWith(".") || name.startsWith("#") || name.startsWith("~")) {
                return false;
            }
        }
        String name = relative.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    @Override
    public boolean isFolder(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IOException("the file is bigger than " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        }
    }

    @Override
    public void writeNote(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".error.tmp");
        Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, note(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void deleteNote(Path file) throws IOException {
        Files.deleteIfExists(note(file));
    }

    private static Path note(Path file) {
        return file.resolveSibling(file.getFileName() + ".error");
    }
}
