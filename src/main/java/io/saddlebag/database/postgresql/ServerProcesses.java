package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells which processes belong to a data directory: every process of a PostgreSQL server works inside its data directory
 * and is called {@code postgres}. Both must hold, since an operator's shell may stand there too.
 */
final class ServerProcesses {
    private static final String DELETED = " (deleted)";

    private final Path proc;

    /** @param proc where the kernel shows processes, {@code /proc} */
    ServerProcesses(Path proc) {
        this.proc = proc;
    }

    /** Whether a process belongs to the server. */
    enum Belongs {
        YES,
        NO,
        /**
         * A server that has ended and that its parent hasn't collected yet. PostgreSQL takes it for a living one and
         * refuses to start meanwhile; in some containers that lasts for seconds.
         */
        UNCOLLECTED,
        /** It is there, but this user or system doesn't show what it is. */
        UNKNOWN
    }

    Belongs belongs(long pid, Path dataDirectory) throws IOException {
        if (!Files.isDirectory(proc)) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() ? Belongs.UNKNOWN : Belongs.NO;
        }
        return belongs(proc.resolve(Long.toString(pid)), dataDirectory);
    }

    /** All processes of the server that this user may see, empty when there are none or the system doesn't show them. */
    List<Long> of(Path dataDirectory) throws IOException {
        List<Long> found = new ArrayList<>();
        if (!Files.isDirectory(proc)) {
            return found;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (belongs(process, dataDirectory) == Belongs.YES) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return found;
    }

    private static Belongs belongs(Path process, Path dataDirectory) throws IOException {
        Optional<String> program = program(process);
        if (program.isEmpty() || !isServer(program.get())) {
            return Belongs.NO;
        }
        String where;
        try {
            where = Files.readSymbolicLink(process.resolve("cwd")).toString();
        } catch (NoSuchFileException | NotLinkException ended) {
            return uncollected(process) ? Belongs.UNCOLLECTED : Belongs.NO;
        } catch (IOException hidden) {
            return Belongs.UNKNOWN;
        }
        String data = Files.exists(dataDirectory) ? dataDirectory.toRealPath().toString() : dataDirectory.toString();
        return where.equals(data) || where.equals(data + DELETED) ? Belongs.YES : Belongs.NO;
    }

    /** By the state after the program's name in {@code proc(5)}'s {@code stat}. */
    private static boolean uncollected(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            return stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean isServer(String program) {
        return program.endsWith("postgres") || program.equals("postmaster");
    }

    /** Empty when the process is gone. */
    private static Optional<String> program(Path process) {
        try {
            return Optional.of(Files.readString(process.resolve("comm")).strip());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
