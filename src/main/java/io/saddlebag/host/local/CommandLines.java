package io.saddlebag.host.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The command lines of all processes, as Linux shows them. */
final class CommandLines {
    private static final Path PROC = Path.of("/proc");

    /** What Java is for a moment between the start of a program and the program; its words come by a pipe. */
    private static final String BETWEEN = "jspawnhelper";

    private CommandLines() {}

    /** Whether one holds these words, one behind the other, or is of a program that is just being started. */
    static boolean contain(List<String> words) throws IOException {
        if (!Files.isDirectory(PROC)) {
            return false;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                List<String> line = line(process);
                if (Collections.indexOfSubList(line, words) >= 0
                        || (!line.isEmpty() && line.get(0).endsWith(BETWEEN))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Empty for a process that has ended, and for threads of the kernel. */
    private static List<String> line(Path process) {
        try {
            byte[] bytes = Files.readAllBytes(process.resolve("cmdline"));
            return Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException gone) {
            return List.of();
        }
    }
}
