package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the server's files are, read from the data directory itself, so that it works while the server is down. */
final class ServerFiles {
    /** Both say what runs; nothing else may be missing from an offline backup. */
    private static final List<String> TRANSIENT = List.of(PostmasterPid.FILE_NAME, "postmaster.opts");

    /** Means nothing in a copy of a running server; a label of its own comes with the end of backup mode. */
    private static final List<String> TRANSIENT_ONLINE = List.of(
            PostmasterPid.FILE_NAME,
            "postmaster.opts",
            RestoredCopy.LABEL,
            "backup_label.old",
            TablespaceMap.FILE_NAME,
            "tablespace_map.old",
            BackupManifest.FILE_NAME,
            "recovery.signal",
            "standby.signal");
    /** As pg_basebackup does; the journals come with the end of backup mode. A slot would keep the copy's journals for ever. */
    private static final List<String> EMPTIED_ONLINE = List.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final String FATAL = "FATAL: ";
    private static final int LOG_END_BYTES = 4096;
    private static final int LOG_END_LINES = 20;

    private final PostgresqlSettings settings;

    ServerFiles(PostgresqlSettings settings) {
        this.settings = settings;
    }

    List<DatabaseComponent> components() throws IOException {
        return components(TRANSIENT, List.of(), List.of());
    }

    /** Of a running server, without its journals. */
    List<DatabaseComponent> onlineComponents() throws IOException {
        return components(TRANSIENT_ONLINE, EMPTIED_ONLINE, List.of(DatabaseComponent.ITSELF));
    }

    private List<DatabaseComponent> components(
            List<String> leftOut, List<String> emptied, List<String> emptiedOfJournal) throws IOException {
        Path data = settings.dataDirectory();
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "option data of database " + settings.name() + " can't be \"" + data + "\": no PG_VERSION in it",
                    "Give the server's data directory and see that its file system is mounted.");
        }
        List<DatabaseComponent> components = new ArrayList<>();
        components.add(new DatabaseComponent("data directory", Kind.DATA, data, leftOut, emptied));
        Path journal = data.resolve("pg_wal");
        if (Files.isSymbolicLink(journal)) {
            components.add(new DatabaseComponent("journal", Kind.JOURNAL, place(journal), List.of(), emptiedOfJournal));
        }
        components.addAll(tablespaces(data));
        for (Path file : settings.parameterFiles()) {
            components.add(new DatabaseComponent("parameters " + file.getFileName(), Kind.PARAMETERS, file, List.of()));
        }
        return List.copyOf(components);
    }

    /**
     * A tablespace is a symbolic link named after its number; a plain folder there, and a place within the data directory, are
     * a part of that anyway.
     */
    private static List<DatabaseComponent> tablespaces(Path data) throws IOException {
        List<DatabaseComponent> found = new ArrayList<>();
        Path real = data.toRealPath();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(data.resolve(TablespaceLinks.FOLDER))) {
            for (Path entry : entries) {
                if (Files.isSymbolicLink(entry)) {
                    Path place = place(entry);
                    if (!place.startsWith(real) && !place.startsWith(data)) {
                        found.add(new DatabaseComponent(
                                "tablespace " + entry.getFileName(), Kind.TABLESPACE, place, List.of()));
                    }
                }
            }
        }
        found.sort((a, b) -> a.name().compareTo(b.name()));
        return found;
    }

    /** Why the server ended, as far as the end of its log says so; empty when it doesn't. */
    String reasonInLog() {
        String lost = "";
        String fatal = "";
        for (String line : endOfLog()) {
            if (line.startsWith(JournalArea.SAYS)) {
                lost = line.substring(JournalArea.SAYS.length()) + "; ";
            } else if (line.contains(FATAL)) {
                fatal = line.substring(line.indexOf(FATAL) + FATAL.length()).strip();
            }
        }
        return lost + fatal;
    }

    /** Through further links, which alone would be a copy of nothing; as the link says when what it leads to is lost. */
    private static Path place(Path link) throws IOException {
        Path place = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
        return Files.exists(place) ? place.toRealPath() : place;
    }

    /** The last lines of the log that pg_ctl wrote, for the transcript; none when it can't be read. */
    List<String> endOfLog() {
        try (SeekableByteChannel log = Files.newByteChannel(settings.logFile())) {
            log.position(Math.max(0, log.size() - LOG_END_BYTES));
            ByteBuffer end = ByteBuffer.allocate(LOG_END_BYTES);
            while (end.hasRemaining() && log.read(end) >= 0) {
                // goes on
            }
            List<String> lines = new String(end.array(), 0, end.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.subList(Math.max(0, lines.size() - LOG_END_LINES), lines.size());
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
