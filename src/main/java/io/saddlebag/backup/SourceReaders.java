package io.saddlebag.backup;

import io.saddlebag.host.HostFiles;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** With whose rights the files of a source are read (D5). */
public interface SourceReaders {
    /** Everybody's backups are read with the rights of this process. */
    static SourceReaders own(HostFiles files) {
        return requester -> new Reader(files, null, () -> {});
    }

    /**
     * @param requester who asks on demand; null for the scheduler
     * @throws io.saddlebag.fault.BackupException when nobody has said what the requester may do, or their rights can't be taken
     */
    Reader of(@Nullable String requester) throws IOException;

    /**
     * Files as one user sees them.
     *
     * @param files for reading
     * @param osUser whose rights they are read with; null for those of this process
     * @param end ends what was begun for them
     */
    record Reader(HostFiles files, @Nullable String osUser, Closeable end) implements Closeable {
        @Override
        public void close() throws IOException {
            end.close();
        }
    }
}
