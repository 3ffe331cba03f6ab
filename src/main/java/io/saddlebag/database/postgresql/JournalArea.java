package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.RecoveryOrder;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeSet;

/**
 * The folder that a recovering server takes its journals from, and what it runs for each of them. That runs as the server's user, who
 * may read neither catalog, nor pools, nor keys, once for each journal, which a Java of its own would take a second for.
 */
final class JournalArea {
    static final String SCRIPT = "fetch.sh";
    /** How lines of the script begin in the server's log. */
    static final String SAYS = "saddlebag: ";

    private static final String JOURNALS = "journals";
    private static final String LOST = "lost";
    /** The server hands it to a shell, and takes what follows a percent sign for something of its own. */
    private static final String UNQUOTABLE = "\"$`\\%\n\r";

    /** Exit codes over 125 stop the server (recovery in PostgreSQL's manual): it takes all others for the end of the journals. */
    private static final String PROGRAM = """
            # Run by the server with the name of a journal and where it is to go. Ends with 0 when it is there, with 1 when there never
            # was one of that name, which ends the recovery, and with 130 when it is lost, or that can't be told: the server stops then.
            # It is on disk already, and the server flushes what it gets: a second name of it costs neither a copy nor a flush. What is in
            # the way is replaced, not written into: it could be the second name of another one.
            area=${0%/*}
            grep -Fxq -e "$1" "$area/lost"
            case $? in
                1) ;;
                *) echo "saddlebag: journal $1 is lost, or that can't be told" >&2; exit 130 ;;
            esac
            grep -Fxq -e "$1" "$area/journals"
            case $? in
                0) ln -f "$area/$1" "$2" 2>/dev/null || cp "$area/$1" "$2" || exit 130 ;;
                1) exit 1 ;;
                *) echo "saddlebag: can't tell whether there is a journal $1" >&2; exit 130 ;;
            esac
            """;

    private final Path area;

    JournalArea(Path area) {
        this.area = area;
    }

    static void require(Path area) throws BackupException {
        if (!area.isAbsolute() || area.toString().chars().anyMatch(each -> UNQUOTABLE.indexOf(each) >= 0)) {
            throw new BackupException(
                    DatabaseFault.NO_RECOVERY,
                    "journals can't be collected in " + area,
                    "Give an absolute path without quotes, $, %, backquotes, backslashes and line ends.");
        }
    }

    /** All of it is the server's user's on return, like the files of the data directory; the caller makes it durable. */
    void complete(RecoveryOrder order, Path like) throws IOException {
        Files.write(area.resolve(JOURNALS), new TreeSet<>(order.journals()));
        Files.write(area.resolve(LOST), new TreeSet<>(order.lost()));
        Files.writeString(area.resolve(SCRIPT), PROGRAM);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(area)) {
            for (Path each : all) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-------"));
                ArrangedRecovery.ownedAs(like, each);
            }
        }
        Files.setPosixFilePermissions(area, PosixFilePermissions.fromString("rwx------"));
        ArrangedRecovery.ownedAs(like, area);
    }
}
