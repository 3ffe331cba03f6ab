package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.JournalServer.JournalFile;
import io.saddlebag.database.JournalServer.JournalFiles;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The binary logs that lie in a server's folder, whether it runs or not. */
final class LeftLogs {
    private LeftLogs() {}

    /** @throws BackupException {@link DatabaseFault#NOT_OPEN} when there are none: then what there was can't be told */
    static JournalFiles of(MariadbSettings settings, ServerVariables variables) throws IOException {
        Path base = variables.place("log_bin");
        List<Path> logs = variables.value("log_bin").isEmpty() ? List.of() : in(base);
        if (logs.isEmpty()) {
            throw new BackupException(
                    DatabaseFault.NOT_OPEN,
                    "there are no binary logs " + base + ".* of database " + settings.name(),
                    "See that their file system is mounted.");
        }
        List<JournalFile> files = new ArrayList<>();
        for (Path each : logs) {
            files.add(new JournalFile(
                    each.getFileName().toString(), Files.size(each), each.equals(logs.get(logs.size() - 1))));
        }
        return new JournalFiles(true, folderOf(base), files, 0);
    }

    /** Those of that name, in the order of their numbers. */
    static List<Path> in(Path base) throws IOException {
        Pattern log = Pattern.compile(Pattern.quote(String.valueOf(base.getFileName())) + "\\.\\d{6,18}");
        List<Path> logs = new ArrayList<>();
        if (Files.isDirectory(folderOf(base))) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folderOf(base))) {
                for (Path entry : entries) {
                    if (log.matcher(entry.getFileName().toString()).matches()) {
                        logs.add(entry);
                    }
                }
            }
        }
        logs.sort(Comparator.comparingInt((Path each) -> each.toString().length())
                .thenComparing(Comparator.naturalOrder()));
        return logs;
    }

    private static Path folderOf(Path base) {
        Path folder = base.getParent();
        return folder == null ? base : folder;
    }
}
