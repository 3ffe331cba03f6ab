package io.saddlebag.app;

import io.saddlebag.dataset.DatasetText;
import io.saddlebag.dataset.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Dataset files below {@code config/datasets}. */
final class DatasetFiles implements Datasets.Files {
    /** Where they are, for people. */
    static final String PLACE = "config/datasets";

    private static final String SUFFIX = ".ds";
    private static final int DEEPEST = 16;

    private final Path folder;

    DatasetFiles(Path home) {
        this.folder = home.resolve(PLACE);
    }

    @Override
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path path : below(folder)) {
            boolean isFolder = Files.isDirectory(path);
            String name = folder.relativize(path).toString();
            if (isFolder) {
                names.add(name);
            } else if (name.endsWith(SUFFIX)) {
                names.add(name.substring(0, name.length() - SUFFIX.length()));
            }
        }
        return names;
    }

    @Override
    public Map<String, String> texts(String name) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Path place = folder.resolve(name).normalize();
        if (name.isEmpty() || !place.startsWith(folder) || place.equals(folder)) {
            return texts;
        }
        Path file = place.resolveSibling(place.getFileName() + SUFFIX);
        if (Files.isRegularFile(file)) {
            texts.put(shown(file), text(file));
        } else if (Files.isDirectory(place)) {
            for (Path each : below(place)) {
                if (each.toString().endsWith(SUFFIX) && Files.isRegularFile(each)) {
                    texts.put(shown(each), text(each));
                }
            }
        }
        return texts;
    }

    private String text(Path file) throws IOException {
        return DatasetText.of(shown(file), Files.readAllBytes(file));
    }

    private String shown(Path file) {
        return PLACE + "/" + folder.relativize(file);
    }

    private static List<Path> below(Path top) throws IOException {
        if (!Files.isDirectory(top)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(top, DEEPEST)) {
            return all.filter(path -> !path.equals(top)).sorted().toList();
        }
    }
}
