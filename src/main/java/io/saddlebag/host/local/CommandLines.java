package io.saddlebag.host.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** The command lines of the programs that processes of ours have started, as Linux shows them. */
final class CommandLines {
    private static final Path PROC = Path.of("/proc");

    /** What Java is for a moment between the start of a program and the program; its words come by a pipe. */
    private static final String BETWEEN = "jspawnhelper";

    private CommandLines() {}

    /** Whether one is such, or is of a program that is just being started. */
    static boolean anyOfOurs(Predicate<List<String>> commandLine) throws IOException {
        if (!Files.isDirectory(PROC)) {
            return false;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                List<String> line = line(process);
                boolean beingStarted = !line.isEmpty() && line.get(0).endsWith(BETWEEN);
                if (beingStarted || (commandLine.test(line) && ProcessTree.isOfAny(process))) {
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
