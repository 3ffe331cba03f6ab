package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A database of a real engine that is written to, the file system that it is on, and the home folder of a node. */
interface OnlineSource extends AutoCloseable {
    /** As configured. */
    String database();

    /** The snapshot providers to use in turns. */
    List<String> providers();

    Connection connect() throws SQLException;

    default PairedWrites.Manner manner() {
        return PairedWrites.Manner.ANY;
    }

    /** A query whose answer stays the same for as long as a session lives, and is another one's in none. */
    String session();

    /** Of the job: within which step the instant is that the copy must be of. */
    String step(String provider);

    /** Whether the engine itself lets no write through for the snapshot, so that the copy is of an instant within. */
    default boolean holdsWrites() {
        return false;
    }

    /** The folder that its files are in. */
    Path place();

    /** Opens the copy in the folder that was restored elsewhere, and has the engine check it. */
    Copy open(Path copy) throws Exception;

    /** What of a backup mode or freeze the engine still shows; empty when it is in none. */
    String held() throws Exception;

    /**
     * Ends the engine's session that holds its backup mode, if there is one now and the engine has such.
     *
     * @return how many were ended
     */
    default int endSessions() throws Exception {
        return 0;
    }

    Path home();

    /**
     * How long writes may wait, and backup mode may last, as configured.
     *
     * @param lease of backup mode
     * @param timeout of the engine's own work
     */
    record Limits(Duration freeze, Duration lease, Duration timeout) {
        static final Limits WIDE = new Limits(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(40));

        /** As options of the database. */
        String options() {
            return "freeze: " + freeze.toMillis() + "ms, backupModeLease: " + lease.toMillis()
                    + "ms, backupModeTimeout: " + timeout.toMillis() + "ms";
        }

        /** As options of the database, a line each. */
        String lines() {
            return "    " + options().replace(", ", "\n    ") + "\n";
        }
    }

    @Override
    void close() throws IOException;

    /** A restored database that runs beside its original. */
    interface Copy extends AutoCloseable {
        Connection connect() throws SQLException;

        @Override
        void close() throws IOException;
    }

    /** @param databases what belongs below {@code databases:} */
    static Path home(Path folder, String databases) throws IOException {
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                """ + databases);
        return home;
    }
}
