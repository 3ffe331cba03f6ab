package io.saddlebag.camel.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder of routes. */
final class Folder {
    /** For all routes of a test that isn't about error handling. */
    static final String HANDLER = """
            - routeConfiguration:
                onException:
                  - onException:
                      exception: [ "java.lang.Exception" ]
                      steps:
                        - log: "failed"
            """;

    private final Path root;

    Folder(Path root) {
        this.root = root;
    }

    static Folder with(Path root) {
        Folder folder = new Folder(root);
        folder.put("0-errors.yaml", HANDLER);
        return folder;
    }

    Path file(String name) {
        return root.resolve(name);
    }

    Path put(String name, String text) {
        try {
            return Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String name) {
        try {
            Files.delete(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }
}
