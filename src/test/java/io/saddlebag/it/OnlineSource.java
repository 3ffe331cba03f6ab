package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
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

    /** The folder that its files are in. */
    Path place();

    /** Opens the copy in the folder that was restored elsewhere, and has the engine check it. */
    Copy open(Path copy) throws Exception;

    /** What of a backup mode or freeze the engine still shows; empty when it is in none. */
    String held() throws Exception;

    Path home();

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
