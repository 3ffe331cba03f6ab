package io.saddlebag.database.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that have a file open, as far as the kernel shows them to this user (W4). An idle connection of SQLite without a write-ahead
 * log holds no lock, and Derby's says nothing of who has it, so that locks alone don't find them. Thread-safe.
 */
public final class OpenFiles {
    private final Path proc;

    /** @param proc where the kernel shows processes, {@code /proc}; when it isn't there nobody is found */
    public OpenFiles(Path proc) {
        this.proc = proc;
    }

    /** Numbers of the processes, this one among them; empty when there is no such file. */
    public List<Long> holders(Path file) throws IOException {
        List<Long> holders = new ArrayList<>();
        if (!Files.isDirectory(proc) || !Files.exists(file)) {
            return holders;
        }
        Path wanted = file.toRealPath();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, wanted)) {
                    holders.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return holders;
    }

    /** As {@link #holders}, without this process. */
    public List<Long> others(Path file) throws IOException {
        long self = ProcessHandle.current().pid();
        return holders(file).stream().filter(pid -> pid != self).toList();
    }

    private static boolean hasOpen(Path process, Path wanted) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path each : open) {
                if (leadsTo(wanted, each)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException hiddenOrGone) {
            return false;
        }
        return false;
    }

    /** A busy process closes files all the time: one that is gone since they were listed says nothing of those behind it. */
    private static boolean leadsTo(Path wanted, Path descriptor) throws AccessDeniedException {
        try {
            return Files.readSymbolicLink(descriptor).equals(wanted);
        } catch (AccessDeniedException hidden) {
            throw hidden;
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
