package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Optional;

/** {@link PoolStore.Renewals} in a folder: what waits for its place is in {@code .rewrap}, in a folder of its own. */
final class FolderRenewals implements PoolStore.Renewals {
    private static final String FOLDER = ".rewrap";

    private final HostFiles files;
    private final FolderStore store;
    private final Incoming incoming;
    private final ByteCount reserve;

    FolderRenewals(HostFiles files, FolderStore store, Incoming incoming, ByteCount reserve) {
        this.files = files;
        this.store = store;
        this.incoming = incoming;
        this.reserve = reserve;
    }

    @Override
    public String name() throws IOException {
        return incoming.name();
    }

    @Override
    public long stage(String renewal, String path, String like, FileRights rights, InputStream data)
            throws IOException, InterruptedException {
        Path folder = folder(renewal);
        store.ensureFolder(FolderStore.parent(folder));
        store.ensureFolder(folder);
        Path at = staged(renewal, path);
        if (files.exists(at)) {
            // of one who died before it got its place
            files.delete(at);
        }
        FileStatus has = files.status(store.resolve(like));
        FileGrant grant = new FileGrant(has.owner().uid(), has.owner().gid(), has.mode());
        // not closed: that would remove what is in the folder
        FolderBatch batch = new FolderBatch(files, store, folder, reserve, new FolderBatch.Given(rights, grant));
        long bytes = batch.write(path, data);
        files.syncFolder(folder);
        return bytes;
    }

    @Override
    public Optional<InputStream> open(String renewal, String path) throws IOException {
        Path at = staged(renewal, path);
        try {
            return files.exists(at) ? Optional.of(Channels.newInputStream(files.openRead(at))) : Optional.empty();
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                // somebody else settles the same, and has just given it its place
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean isStaged(String renewal, String path) throws IOException {
        return files.exists(staged(renewal, path));
    }

    @Override
    public void place(String renewal, String path) throws IOException {
        Path target = store.resolve(path);
        files.replace(staged(renewal, path), target);
        files.syncFolder(FolderStore.parent(target));
        files.syncFolder(folder(renewal));
    }

    @Override
    public void remove(String renewal) throws IOException {
        Path folder = folder(renewal);
        if (files.exists(folder)) {
            incoming.removeFolder(folder);
            files.syncFolder(FolderStore.parent(folder));
        }
    }

    private Path folder(String renewal) throws IOException {
        return store.resolve(FOLDER + "/" + renewal);
    }

    private Path staged(String renewal, String path) throws IOException {
        return folder(renewal).resolve(String.valueOf(store.resolve(path).getFileName()));
    }
}
