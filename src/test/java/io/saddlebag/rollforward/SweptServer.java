package io.saddlebag.rollforward;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.workbench.SimulatedTime;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A real server, of a database {@code orders} with a table of numbers. */
interface SweptServer extends Closeable {
    String JOURNALS = "log";

    /** Its data directory. */
    Path place();

    DatabaseAdapter adapter(Processes processes, Waiter waiter);

    /** Another one, on a data directory that was set aside. */
    SweptServer on(Path place);

    JournalSource source(HostFiles files, JournalChain chain, IncarnationLog log, SimulatedTime time)
            throws IOException;

    /** A backup of it, complete. */
    void backup(Workbench bench) throws Exception;

    /** Inserts a row. */
    void insert(int row) throws SQLException;

    /** Until nothing is missing in what its source shows but the journal that it writes. */
    void closeJournal() throws Exception;

    /** A target that ends before whatever is written from now on. */
    RecoveryTarget here() throws SQLException;

    /** In order. */
    String rows() throws SQLException;

    /** Whether it takes rows. */
    boolean isOpen();

    /** Which incarnation it says that it is in; 0 when it doesn't tell. */
    long incarnation() throws SQLException;

    /** As fast as it goes; cleanly. */
    void stop() throws Exception;

    /** Ends it however it can be ended. */
    @Override
    void close() throws IOException;
}
