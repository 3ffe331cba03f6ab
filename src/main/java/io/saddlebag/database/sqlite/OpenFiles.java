package io.saddlebag.database.sqlite;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Other processes that have a file open, as far as the kernel shows them to this user. An idle connection to a database
 * without a write-ahead log holds no lock, so that locks alone don't find it.
 */
final class OpenFiles {
    private final Path proc;

    /** @param proc where the kernel shows processes, {@code /proc}; when it isn't there nobody is found */
    OpenFiles(Path proc) {
        this.proc = proc;
    }

    List<Long> holders(Path file) throws IOException {
        List<Long> holders = new ArrayList<>();
        if (!Files.isDirectory(proc) || !Files.exists(file)) {
            return holders;
        }
        Path wanted = file.toRealPath();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && hasOpen(process, wanted)) {
                    holders.add(pid);
                }
            }
        }
        return holders;
    }

    private static boolean hasOpen(Path process, Path wanted) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path each : open) {
                if (Files.readSymbolicLink(each).equals(wanted)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException hiddenOrGone) {
            return false;
        }
        return false;
    }
}
