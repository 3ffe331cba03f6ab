package io.saddlebag.database.mariadb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Tells which processes belong to a data directory: a MariaDB server works inside its data directory, and its command line
 * begins with its program. Its pid file isn't asked: a crash leaves it behind, and its number may be anybody's by now.
 */
final class ServerProcesses {
    private static final Set<String> PROGRAMS = Set.of("mariadbd", "mysqld");
    private static final String DELETED = " (deleted)";
    /** A program that only prepares the start of the server, such as {@code setsid}, has it among its first arguments. */
    private static final int ARGUMENTS_BEFORE_SERVER = 3;

    private final Path proc;

    /** @param proc where the kernel shows processes, {@code /proc} */
    ServerProcesses(Path proc) {
        this.proc = proc;
    }

    /**
     * Who works in a data directory.
     *
     * @param pids those that certainly do
     * @param hidden whether there are servers of which this user may not see where they work, or the system shows nothing
     */
    record Found(List<Long> pids, boolean hidden) {}

    /** A server that has ended and that its parent hasn't collected yet isn't found: it holds no file any more. */
    Found of(Path dataDirectory) throws IOException {
        if (!Files.isDirectory(proc)) {
            return new Found(List.of(), true);
        }
        String data = Files.exists(dataDirectory) ? dataDirectory.toRealPath().toString() : dataDirectory.toString();
        List<Long> pids = new ArrayList<>();
        boolean hidden = false;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (!isServer(process)) {
                    continue;
                }
                try {
                    String where = workingDirectory(process);
                    if (where.equals(data) || where.equals(data + DELETED)) {
                        pids.add(Long.parseLong(process.getFileName().toString()));
                    }
                } catch (IOException notShown) {
                    hidden = true;
                }
            }
        }
        return new Found(List.copyOf(pids), hidden);
    }

    /** Empty when the process has ended since it was listed. */
    private static String workingDirectory(Path process) throws IOException {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString();
        } catch (NoSuchFileException | NotLinkException ended) {
            return "";
        }
    }

    private static boolean isServer(Path process) {
        String line;
        try {
            line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return false;
        }
        String[] arguments = line.split("\0", ARGUMENTS_BEFORE_SERVER + 1);
        for (int i = 0; i < Math.min(ARGUMENTS_BEFORE_SERVER, arguments.length); i++) {
            if (PROGRAMS.contains(arguments[i].substring(arguments[i].lastIndexOf('/') + 1))) {
                return i == 0 || arguments[0].endsWith("setsid");
            }
        }
        return false;
    }
}
