package io.saddlebag.posix;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * A regular file that is held open for writing: whatever happens to its name, everything here is done to this file. Failures as in
 * {@link Posix}. One thread.
 */
public interface WritableFile extends Closeable {
    /**
     * Writes what is left in the buffer, or some of it, at the given place (pwrite(2)).
     *
     * @return how many bytes, which the buffer's position has moved by
     */
    int write(ByteBuffer source, long offsetBytes) throws PosixException;

    long lengthBytes() throws PosixException;

    /** Cuts it or lengthens it by a hole. */
    void changeLength(long lengthBytes) throws PosixException;

    void changeOwner(int uid, int gid) throws PosixException;

    /** Sets the twelve bits of permissions. */
    void changeMode(int mode) throws PosixException;

    /** To the nanosecond. */
    void changeTimes(Instant accessed, Instant modified) throws PosixException;

    /** Names; empty where there are none. */
    List<String> extendedAttributes() throws PosixException;

    void setExtendedAttribute(String name, byte[] value) throws PosixException;

    /** No effect when there is none of this name. */
    void removeExtendedAttribute(String name) throws PosixException;

    /** Durable on return, but for its name. */
    void force() throws PosixException;

    /** @throws PosixException when the file system only now says that something was not written */
    @Override
    void close() throws PosixException;
}
