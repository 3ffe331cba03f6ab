package io.saddlebag.backup;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.job.JobRun;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The rights of whoever asked for one job (D5). Used under the lock of its run. */
final class RequesterRights implements Closeable {
    private final SourceRights rights;
    private final JobRun job;
    private SourceReaders.@Nullable Reader reader;

    RequesterRights(SourceRights rights, JobRun job) {
        this.rights = rights;
        this.job = job;
    }

    /** With whose rights the job's sources are read; taken at first use. */
    SourceReaders.Reader reader() throws IOException {
        SourceReaders.Reader taken = reader;
        if (taken == null) {
            taken = rights.of(job.name().user());
            reader = taken;
            if (taken.osUser() != null) {
                job.transcript()
                        .line("the source is read as user " + taken.osUser()
                                + ", and not from a snapshot, which is root's");
            }
        }
        return taken;
    }

    /**
     * Before a database is stopped or put in backup mode: nothing has been touched when this fails.
     *
     * @throws BackupException when the requester may not do that, or can't read one of its files
     */
    void requireQuiesce(DatabaseAdapter database) throws IOException, InterruptedException {
        rights.requireQuiesce(job.name().user(), database.name());
        String osUser = reader().osUser();
        if (osUser == null) {
            return;
        }
        for (DatabaseComponent component : database.components()) {
            requireReadable(database.name(), component.path(), osUser);
        }
    }

    /** An image without one of its files is no database; and it would be known when it has been down for nothing. */
    private void requireReadable(String database, Path component, String osUser) throws IOException {
        HostFiles files = reader().files();
        Deque<Path> left = new ArrayDeque<>();
        left.push(component);
        while (!left.isEmpty()) {
            Path path = left.pop();
            try {
                FileStatus status = files.status(path);
                if (status.is(FileKind.FOLDER)) {
                    files.list(path).forEach(left::push);
                } else if (status.is(FileKind.REGULAR)) {
                    files.openRead(path).close();
                }
            } catch (BackupException e) {
                if (e.is(FileFault.PERMISSION)) {
                    throw new BackupException(
                            BackupFault.NOT_READABLE,
                            "user " + osUser + " can't read " + path + " of database " + database,
                            "Let a schedule or somebody with the right backup-privileged ask, or let that user read it.",
                            e);
                }
                // a running database removes files
                if (!e.is(FileFault.VANISHED)) {
                    throw e;
                }
            }
        }
    }

    /** What views come from: the source itself for those who read with rights of their own. */
    SnapshotProvider provider(SnapshotProvider wanted) throws IOException {
        return reader().osUser() == null ? wanted : rights.unsnapped();
    }

    VolumeImaging imaging(VolumeImaging all) throws IOException {
        SourceReaders.Reader taken = reader();
        return taken.osUser() == null ? all : new VolumeImaging(rights.disks(all.disks(), taken), all.hashes());
    }

    @Override
    public void close() throws IOException {
        SourceReaders.Reader taken = reader;
        reader = null;
        if (taken != null) {
            taken.close();
        }
    }
}
