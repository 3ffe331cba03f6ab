package io.saddlebag.database.mariadb;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a server consists of, by its variables and by the data directory itself; works while it is down. */
final class ServerFiles {
    /** Present in every data directory of a server. */
    private static final String MARK = "ibdata1";

    private static final String LINK = ".isl";
    private static final int LOG_END_BYTES = 4096;
    private static final int LOG_END_LINES = 20;

    private final MariadbSettings settings;

    ServerFiles(MariadbSettings settings) {
        this.settings = settings;
    }

    List<DatabaseComponent> components(ServerVariables variables) throws IOException {
        Path data = settings.dataDirectory();
        if (!Files.isDirectory(data.resolve("mysql"))) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "option data of database " + settings.name() + " can't be \"" + data + "\": no folder mysql in it",
                    "Give the server's data directory and see that its file system is mounted.");
        }
        Map<Path, DatabaseComponent> parts = new LinkedHashMap<>();
        put(parts, new DatabaseComponent("data directory", Kind.DATA, data, transientNames(variables)));
        for (Map.Entry<String, Path> folder : variables.folders().entrySet()) {
            Kind kind = folder.getKey().endsWith("log") ? Kind.JOURNAL : Kind.DATA;
            put(parts, new DatabaseComponent(folder.getKey(), kind, folder.getValue(), List.of()));
        }
        for (Path file : variables.systemFiles()) {
            put(parts, new DatabaseComponent("tablespace " + file.getFileName(), Kind.TABLESPACE, file, List.of()));
        }
        for (Path outside : linkedFrom(data)) {
            put(parts, new DatabaseComponent("tablespace " + outside, Kind.TABLESPACE, outside, List.of()));
        }
        for (Path file : settings.parameterFiles()) {
            put(parts, new DatabaseComponent("parameters " + file.getFileName(), Kind.PARAMETERS, file, List.of()));
        }
        return List.copyOf(parts.values());
    }

    /** What lies in another part, through links or not, comes with that. */
    private static void put(Map<Path, DatabaseComponent> parts, DatabaseComponent part) throws IOException {
        Path real = Files.exists(part.path()) ? part.path().toRealPath() : part.path();
        if (parts.keySet().stream().noneMatch(real::startsWith)) {
            parts.put(
                    real,
                    parts.isEmpty()
                            ? part
                            : new DatabaseComponent(part.name(), part.kind(), real, part.transientNames()));
        }
    }

    private List<String> transientNames(ServerVariables variables) {
        Path data = settings.dataDirectory();
        TreeSet<String> names = new TreeSet<>();
        // made anew at each start
        names.add(variables.value("innodb_temp_data_file_path").split(":", 2)[0]);
        for (String variable : List.of("pid_file", "socket")) {
            Path place = variables.place(variable);
            if (data.equals(place.getParent())) {
                names.add(place.getFileName().toString());
            }
        }
        names.removeIf(name -> name.isEmpty() || name.indexOf('/') >= 0);
        return List.copyOf(names);
    }

    /** Files and folders elsewhere that the data directory refers to: by links, and by InnoDB's own files of one line. */
    private static List<Path> linkedFrom(Path data) throws IOException {
        TreeSet<Path> found = new TreeSet<>();
        List<Path> folders = new ArrayList<>(List.of(data));
        try (DirectoryStream<Path> databases = Files.newDirectoryStream(data, Files::isDirectory)) {
            databases.forEach(folders::add);
        }
        for (Path folder : folders) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    if (Files.isSymbolicLink(entry) && Files.exists(entry)) {
                        found.add(entry.toRealPath());
                    } else if (entry.getFileName().toString().endsWith(LINK)) {
                        found.add(
                                folder.resolve(Files.readString(entry).strip()).normalize());
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    /** Whether it is a data directory at all. */
    static boolean isData(Path data, ServerVariables variables) {
        return Files.exists(data.resolve(MARK))
                || variables.systemFiles().stream().anyMatch(Files::exists);
    }

    /** The last lines of the server's log, for the transcript; none when it can't be read. */
    static List<String> endOfLog(Path place) {
        try (SeekableByteChannel log = Files.newByteChannel(place)) {
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
