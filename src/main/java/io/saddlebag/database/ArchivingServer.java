package io.saddlebag.database;

import java.io.IOException;

/**
 * A server that hands closed journals over to an archive itself, one after the other. Keeps no session open. Thread-safe.
 *
 * <p>A server that can't be asked, or that refuses, is a {@link io.saddlebag.fault.BackupException} with
 * {@link DatabaseFault#NOT_OPEN}: never taken for one that archives nothing.
 */
public interface ArchivingServer {
    /** The database's configured name. */
    String name();

    /** How it is now. */
    State state() throws IOException;

    /**
     * What a server says of its archive.
     *
     * @param off why it archives nothing at all, and nobody can have it begin without a restart; empty when it archives (J16)
     * @param following whether it only follows another server, which writes the journals
     * @param lastArchived what it handed over last, as a journal's name or that of another file; empty for nothing yet
     * @param failing why it can't hand over the next one, in words; empty when the last attempt went well
     */
    record State(String off, boolean following, String lastArchived, String failing) {}
}
