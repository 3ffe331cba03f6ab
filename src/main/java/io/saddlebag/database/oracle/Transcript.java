package io.saddlebag.database.oracle;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file with what was said between SQL*Plus and Saddlebag: a statement's lines after {@code "> "}, the answer's after {@code
 * "< "}, and {@code "= "} with the exit code. Made at a site, it can be replayed against the adapter. Nothing secret is said in
 * these conversations; what looks like a secret is removed nonetheless.
 */
final class Transcript {
    static final String HEADER = "# saddlebag oracle transcript 1";

    private static final long LONGEST_BYTES = 4L << 20;
    private static final Pattern SECRET = Pattern.compile("(?i)(identified\\s+by|password)\\s*[=:]?\\s*\\S+");
    private static final Pattern LOGIN = Pattern.compile("(?i)(conn(?:ect)?\\s+[^\\s/]+)/\\S+");

    private final Path file;

    Transcript(Path file) {
        this.file = file;
    }

    /** Adds one exchange, until the file is 4 MiB long. */
    synchronized void add(String statement, List<String> answer, int exitCode) throws IOException {
        boolean isNew = Files.notExists(file);
        if (!isNew && Files.size(file) > LONGEST_BYTES) {
            return;
        }
        try (Writer writer = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            if (isNew) {
                writer.write(HEADER + "\n");
            }
            for (String line : statement.lines().toList()) {
                writer.write("> " + withoutSecrets(line) + "\n");
            }
            for (String line : answer) {
                writer.write("< " + withoutSecrets(line) + "\n");
            }
            writer.write("= " + exitCode + "\n");
        }
    }

    static String withoutSecrets(String line) {
        return LOGIN.matcher(SECRET.matcher(line).replaceAll("$1 ***")).replaceAll("$1/***");
    }
}
