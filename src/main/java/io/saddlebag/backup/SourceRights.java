package io.saddlebag.backup;

import io.saddlebag.disk.Disks;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.snapshot.SnapshotProvider;
import org.jspecify.annotations.Nullable;

/** What those may do who ask for backups, and with whose rights their sources are read (D5). Thread-safe. */
public interface SourceRights extends SourceReaders {
    /** Everybody has the rights of this process. */
    static SourceRights own(HostFiles files) {
        SourceReaders readers = SourceReaders.own(files);
        return new SourceRights() {
            @Override
            public Reader of(@Nullable String requester) throws java.io.IOException {
                return readers.of(requester);
            }

            @Override
            public void requireQuiesce(@Nullable String requester, String database) {
                // everybody may
            }

            @Override
            public SnapshotProvider unsnapped() {
                throw new IllegalStateException("only for those who have rights of their own");
            }

            @Override
            public Disks disks(Disks all, Reader reader) {
                return all;
            }
        };
    }

    /**
     * @param requester who asks on demand; null for the scheduler
     * @throws BackupException when they may neither stop a database nor put it in backup mode
     */
    void requireQuiesce(@Nullable String requester, String database) throws BackupException;

    /** Reads the source itself: snapshots are root's. Asked for only when somebody's own rights count. */
    SnapshotProvider unsnapped();

    /** The disks, for reading, with the rights of a reader that comes from here. */
    Disks disks(Disks all, Reader reader);
}
