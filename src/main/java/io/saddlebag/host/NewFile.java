package io.saddlebag.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/**
 * A file that is being written under a temporary name in its folder, readable by nobody else. It gets its own name at
 * once and whole, or never: {@link #close()} without {@link #publish()} or {@link #replace()} removes it. One thread.
 */
public interface NewFile extends Inode, Closeable {
    /** Where it is now. Owner, mode, attributes and times are set in this order, before it is published. */
    Path temporary();

    /** For writing; skipping ahead leaves a hole. */
    SeekableByteChannel channel();

    /** Cuts it, or lengthens it by a hole. */
    void setLength(long bytes) throws IOException;

    /**
     * Lets go of the content, which is as it shall be, so that no descriptor is held: after this {@link #replaceUnsynced} and
     * closing only.
     */
    void seal() throws IOException;

    /**
     * Makes the content durable and gives it its name, when nothing has that name. The name is durable after
     * {@link HostFiles#syncFolder} of its folder.
     *
     * @throws io.saddlebag.fault.BackupException {@link FileFault#EXISTS}: then it can still be {@link #replace}d
     */
    void publish() throws IOException;

    /** As {@link #publish}, in the place of what has the name now, unless that is a folder. */
    void replace() throws IOException;

    /**
     * As {@link #replace}, but content and name are durable after {@link HostFiles#syncFileSystem} only: for many files of
     * which none counts before all do.
     */
    void replaceUnsynced() throws IOException;
}
