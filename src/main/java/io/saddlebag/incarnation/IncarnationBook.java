package io.saddlebag.incarnation;

import java.io.IOException;

/** The incarnations of databases, from all that tells of them. Thread-safe. */
public interface IncarnationBook {
    /**
     * All that are known of a database. Reads histories that are backed up and not recorded yet; records nothing.
     *
     * @throws IOException when histories can't be read: that is never taken for there being none
     */
    Incarnations of(String database) throws IOException;

    /**
     * From now on that one counts as the current one, until a newer one is known (R9). Changes nothing but that: what is restored next
     * goes by it.
     *
     * @throws io.saddlebag.fault.BackupException {@link IncarnationFault#UNKNOWN}
     */
    Incarnations reset(String database, long number) throws IOException;
}
