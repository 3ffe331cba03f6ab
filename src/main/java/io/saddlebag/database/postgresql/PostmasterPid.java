package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server's lock file in the data directory (PostgreSQL's {@code pidfile.h}): line 1 the process, 4 the port, 8 the
 * state since version 10.
 *
 * @param port 0 while the server hasn't written it yet
 * @param status {@code starting}, {@code stopping}, {@code ready}, {@code standby} or empty
 */
record PostmasterPid(long pid, int port, String status) {
    static final String FILE_NAME = "postmaster.pid";

    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /** Empty when there is no such file, or when it is empty, as it is for a moment while a server starts. */
    static Optional<PostmasterPid> read(Path dataDirectory) throws IOException {
        try {
            return parse(Files.readAllLines(dataDirectory.resolve(FILE_NAME), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    static Optional<PostmasterPid> parse(List<String> lines) throws IOException {
        if (lines.isEmpty() || lines.get(0).isBlank()) {
            return Optional.empty();
        }
        try {
            // a server that runs alone, without a postmaster, writes its process as a negative number
            long pid = Math.abs(Long.parseLong(lines.get(0).strip()));
            String port = line(lines, PORT_LINE);
            return Optional.of(
                    new PostmasterPid(pid, port.isEmpty() ? 0 : Integer.parseInt(port), line(lines, STATUS_LINE)));
        } catch (NumberFormatException torn) {
            throw new IOException("no process in " + FILE_NAME + ": \"" + lines.get(0) + "\"", torn);
        }
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index).strip() : "";
    }
}
