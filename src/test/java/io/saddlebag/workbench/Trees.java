package io.saddlebag.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Small trees of files, for comparing. */
public final class Trees {
    private Trees() {}

    /** Relative names with content, link target, or a slash for folders. */
    public static Map<String, String> content(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        for (Path path : all(root)) {
            String name = root.relativize(path).toString();
            if (Files.isSymbolicLink(path)) {
                found.put(name, "-> " + Files.readSymbolicLink(path));
            } else if (Files.isDirectory(path)) {
                found.put(name + "/", "");
            } else {
                found.put(name, Files.readString(path));
            }
        }
        return found;
    }

    public static void copy(Path from, Path to) throws IOException {
        for (Path path : all(from)) {
            Files.copy(
                    path,
                    to.resolve(from.relativize(path).toString()),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }

    public static void remove(Path root) throws IOException {
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> paths = all(root);
            for (Path path : paths.stream().sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<Path> all(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.sorted().toList();
        }
    }
}
