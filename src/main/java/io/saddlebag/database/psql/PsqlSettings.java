package io.saddlebag.database.psql;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import io.saddlebag.quantity.ByteCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The data files of one PSQL database.
 *
 * @param butil the program {@code butil}
 * @param files all data files
 * @param archiveLogged those of them whose changes the engine logs
 * @param lists folder for the lists of files that are in continuous operation; made when it isn't there
 * @param deltaWarning from which size of all deltas on a job warns
 * @param deltaLimit at which a backup is given up, so that the deltas can be merged
 */
public record PsqlSettings(
        String name,
        Path butil,
        List<Path> files,
        List<Path> archiveLogged,
        Path lists,
        ByteCount deltaWarning,
        ByteCount deltaLimit) {
    private static final String DEFAULT_BUTIL = "/usr/local/psql/bin/butil";
    private static final String DEFAULT_WARNING = "1GiB";
    private static final String DEFAULT_LIMIT = "8GiB";

    public PsqlSettings {
        files = List.copyOf(files);
        archiveLogged = List.copyOf(archiveLogged);
    }

    /**
     * Reads options {@code files} (required), {@code butil}, {@code archiveLogged}, {@code deltaWarning} and {@code deltaLimit}.
     *
     * @param lists see the field
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static PsqlSettings read(DatabaseOptions options, Path lists) throws BackupException {
        options.allowOnly("butil", "files", "archiveLogged", "deltaWarning", "deltaLimit");
        List<Path> files = options.paths("files");
        if (files.isEmpty()) {
            throw options.refused("files", "", "a list of the database's data files");
        }
        List<Path> strangers = new ArrayList<>(options.paths("archiveLogged"));
        strangers.removeAll(files);
        if (!strangers.isEmpty()) {
            throw options.refused("archiveLogged", strangers.toString(), "some of the files " + files);
        }
        for (Path file : files) {
            if (file.toString().chars().anyMatch(each -> each < ' ')) {
                throw options.refused(
                        "files", file.toString(), "paths without line ends, since lists have a line each");
            }
        }
        return new PsqlSettings(
                options.database(),
                options.optionalPath("butil").orElse(Path.of(DEFAULT_BUTIL)),
                files,
                options.paths("archiveLogged"),
                lists,
                size(options, "deltaWarning", DEFAULT_WARNING),
                size(options, "deltaLimit", DEFAULT_LIMIT));
    }

    private static ByteCount size(DatabaseOptions options, String option, String ifAbsent) throws BackupException {
        String text = options.optionalText(option).orElse(ifAbsent);
        try {
            ByteCount size = ByteCount.parse(text);
            if (size.bytes() > 0) {
                return size;
            }
        } catch (IllegalArgumentException notASize) {
            // said below
        }
        throw options.refused(option, text, "a size of more than nothing, such as 512MiB");
    }
}
