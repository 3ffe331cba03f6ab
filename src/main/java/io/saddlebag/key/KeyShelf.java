package io.saddlebag.key;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where keys are kept, as texts. They are read anew each time, so that keys can be added to a running node. Thread-safe.
 */
public interface KeyShelf {
    /** Of all keys, sorted. */
    List<String> names() throws IOException;

    /** Public keys, one a line, as age's {@code -R} reads them. */
    Optional<String> recipients(String name) throws IOException;

    /**
     * Secret keys, one a line, as age's {@code -i} reads them.
     *
     * @throws io.saddlebag.fault.BackupException {@link io.saddlebag.age.KeyFault#UNUSABLE_KEY} when others may read them
     */
    Optional<String> identities(String name) throws IOException;

    /** As {@link #identities}, of a password. */
    Optional<String> password(String name) throws IOException;

    /** Whether its identity is kept somewhere else on purpose, for the day when this node is lost. */
    boolean isEscrow(String name) throws IOException;

    /**
     * Keeps a new key, durably, readable by nobody else.
     *
     * @throws io.saddlebag.fault.BackupException {@link io.saddlebag.age.KeyFault#KEY_EXISTS}
     */
    void create(String name, String identities, String recipients) throws IOException;

    /** Keeps public keys durably. No effect when there are some of this name. */
    void publish(String name, String recipients) throws IOException;

    /** Removes what is secret of a key, durably; public keys stay. */
    void forget(String name) throws IOException;

    /** Where a key of that name is kept, for people. */
    String place(String name);
}
