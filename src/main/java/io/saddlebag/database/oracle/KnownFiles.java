package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a database's files are, as its instance said when it was mounted last.
 *
 * @param parts data files, control files, redo logs, parameter file, recovery area; without temporary files, which the server
 *     makes anew
 * @param alertLog null when the instance doesn't say
 */
record KnownFiles(List<DatabaseComponent> parts, @Nullable Path alertLog) {
    private static final String HEADER = "saddlebag oracle files 1";
    private static final String ALERT_LOG = "ALERT_LOG";

    KnownFiles {
        parts = List.copyOf(parts);
    }

    /** Asks a mounted or open instance. */
    static KnownFiles ask(OracleConsole console, OracleSettings settings, Duration timeout)
            throws IOException, InterruptedException {
        List<DatabaseComponent> parts = new ArrayList<>();
        Set<Path> known = new LinkedHashSet<>();
        Asking asking = new Asking(console, settings, timeout, parts, known);
        asking.add("data file", Kind.DATA, OracleConsole.Query.of("name", "v$datafile order by file#"));
        asking.add("control file", Kind.CONTROL, OracleConsole.Query.of("name", "v$controlfile"));
        asking.add("redo log", Kind.JOURNAL, OracleConsole.Query.of("member", "v$logfile order by group#"));
        asking.add(
                "parameter file",
                Kind.PARAMETERS,
                OracleConsole.Query.of("value", "v$parameter where name = 'spfile' and value is not null"));
        for (Path file : settings.parameterFiles()) {
            asking.add("parameter file", Kind.PARAMETERS, file);
        }
        asking.add("recovery area", Kind.RECOVERY_AREA, OracleConsole.Query.of("name", "v$recovery_file_dest"));
        List<List<String>> trace =
                console.rows(OracleConsole.Query.of("value", "v$diag_info where name = 'Diag Trace'"), timeout);
        Path alertLog =
                trace.isEmpty() ? null : asking.path(trace.get(0).get(0)).resolve(settings.alertLogName());
        return new KnownFiles(parts, alertLog);
    }

    /** Without the recovery area, which is no part of a backup of the database. */
    List<DatabaseComponent> components() {
        return parts.stream().filter(part -> part.kind() != Kind.RECOVERY_AREA).toList();
    }

    List<DatabaseComponent> recoveryArea() {
        return parts.stream().filter(part -> part.kind() == Kind.RECOVERY_AREA).toList();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        for (DatabaseComponent part : parts) {
            lines.add(part.kind() + "\t" + part.name() + "\t" + part.path());
        }
        if (alertLog != null) {
            lines.add(ALERT_LOG + "\t\t" + alertLog);
        }
        return lines;
    }

    /** Empty when these lines are not what {@link #lines} makes. */
    static Optional<KnownFiles> of(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            return Optional.empty();
        }
        List<DatabaseComponent> parts = new ArrayList<>();
        Path alertLog = null;
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split("\t", 3);
            if (words.length < 3) {
                return Optional.empty();
            }
            if (words[0].equals(ALERT_LOG)) {
                alertLog = Path.of(words[2]);
            } else {
                parts.add(new DatabaseComponent(words[1], Kind.valueOf(words[0]), Path.of(words[2]), List.of()));
            }
        }
        return Optional.of(new KnownFiles(parts, alertLog));
    }

    /** One round of questions. */
    private record Asking(
            OracleConsole console,
            OracleSettings settings,
            Duration timeout,
            List<DatabaseComponent> parts,
            Set<Path> known) {
        void add(String name, Kind kind, OracleConsole.Query query) throws IOException, InterruptedException {
            for (List<String> row : console.rows(query, timeout)) {
                String text = row.get(0);
                if (!text.isBlank()) {
                    add(name, kind, path(text));
                }
            }
        }

        void add(String name, Kind kind, Path path) {
            if (known.add(path)) {
                long same = parts.stream().filter(part -> part.kind() == kind).count();
                parts.add(new DatabaseComponent(name + " " + (same + 1), kind, path, List.of()));
            }
        }

        Path path(String text) throws BackupException {
            String given = text.strip();
            // '?' is the Oracle home in parameters
            if (given.startsWith("?") && settings.home() != null) {
                given = settings.home() + given.substring(1);
            }
            try {
                Path path = Path.of(given);
                if (path.isAbsolute() && !given.startsWith("+")) {
                    return path.normalize();
                }
            } catch (InvalidPathException notAPath) {
                throw refused(given, notAPath);
            }
            throw refused(given, null);
        }

        private BackupException refused(String given, @Nullable Exception cause) {
            return new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "database " + settings.name() + " has a file at '" + given
                            + "', which is no file of this machine's file systems",
                    "Files in ASM, or with names relative to a folder, can't be backed up by this engine; use RMAN.",
                    cause);
        }
    }
}
