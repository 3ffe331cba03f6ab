package io.saddlebag.lease;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** The durable leases of a node. Thread-safe. */
public interface LeaseRegister {
    /** All that are kept, oldest first; those that ended long ago are gone. */
    List<LeaseRecord> list() throws IOException;

    /**
     * Those that owe a source (armed, acting or failed) while their guard is dead. Decided by a lock of the operating
     * system that the guard holds as long as it lives, never by time.
     */
    List<LeaseRecord> abandoned() throws IOException;

    /**
     * Brings back the sources of all abandoned leases, one after another, each with the guard's own retries, and records
     * how it went. A lease that another process takes at the same moment is left to it.
     *
     * @return the leases that were taken, in the state {@link LeaseState#ACTED} or {@link LeaseState#FAILED}
     */
    List<LeaseRecord> bringBackAbandoned(SourceReturner returner, Consumer<String> log)
            throws IOException, InterruptedException;
}
