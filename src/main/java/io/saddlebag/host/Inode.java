package io.saddlebag.host;

import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/** One object of a file system, for giving it what it shall have beside its content. Failures as in {@link HostFiles}. */
public interface Inode {
    /** Clears set-user-id and set-group-id, so the mode comes after the owner. */
    void setOwner(int uid, int gid) throws IOException;

    /** No effect on a link, which has no mode of its own on Linux. */
    void setMode(int mode) throws IOException;

    /** Names of its extended attributes, access control lists and capabilities among them. */
    Set<String> attributeNames() throws IOException;

    /** @throws io.saddlebag.fault.BackupException {@link FileFault#UNSUPPORTED} where the file system has no such attribute */
    void setAttribute(String name, byte[] value) throws IOException;

    /** No effect when it has none of this name. */
    void removeAttribute(String name) throws IOException;

    /** Everything else that is done to a file changes its times, so this comes last. */
    void setTimes(Instant accessed, Instant modified) throws IOException;
}
