package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Files of one image on their way into a folder. */
final class FolderBatch implements PoolStore.Batch {
    private static final int BUFFER_BYTES = 1 << 20;

    /** The room is looked at again after so many bytes. */
    private static final long LOOK_EVERY_BYTES = 64L << 20;

    private final HostFiles files;
    private final FolderStore store;
    private final Path folder;
    private final ByteCount reserve;
    private final Given given;
    private final Deque<Written> written = new ArrayDeque<>();
    private final List<Path> published = new ArrayList<>();
    private boolean adopted;
    private boolean done;

    FolderBatch(HostFiles files, FolderStore store, Path folder, ByteCount reserve, Given given) {
        this.given = given;
        this.files = files;
        this.store = store;
        this.folder = folder;
        this.reserve = reserve;
    }

    /** What its files are given, as it was said and as it is here. */
    record Given(FileRights rights, FileGrant grant) {}

    private record Written(Path at, Path target) {}

    @Override
    public long write(String path, InputStream data) throws IOException {
        Path target = store.resolve(path);
        Path at = folder.resolve(String.valueOf(target.getFileName()));
        requireRoom();
        try (NewFile file = files.create(at)) {
            long bytes = copy(data, file.channel());
            give(file);
            if (adopted) {
                // the whole file system is made durable before any file gets its name
                file.replaceUnsynced();
            } else {
                file.publish();
            }
            written.push(new Written(at, target));
            return bytes;
        } catch (BackupException e) {
            if (e.is(FileFault.NO_SPACE)) {
                throw noRoom("the file system of " + store.place() + " is full", e);
            }
            throw e;
        }
    }

    /** Nobody else gets to the file meanwhile: it is made readable by its writer alone, in a folder of the writer's own. */
    private void give(NewFile file) throws IOException {
        try {
            given.grant().give(file);
        } catch (BackupException e) {
            if (!FolderStore.isNotGiven(e)) {
                throw e;
            }
            // FAT and some shares know no modes, and nobody asked for any
            if (given.rights().isSaid()) {
                throw store.notGiven(given.rights(), e.what(), e);
            }
        }
    }

    @Override
    public void adopt(String path, MemberFile file) throws IOException {
        Path target = store.resolve(path);
        Path at = folder.resolve(String.valueOf(target.getFileName()));
        try {
            files.makeHardLink(at, file.file());
        } catch (BackupException e) {
            throw new BackupException(
                    PoolFault.UNSUPPORTED,
                    "file " + file.file() + " can't have a name in " + store.place() + ", too: " + e.what(),
                    "Back it up without 'rename', or to a pool in a folder of the same mounted file system.",
                    e);
        }
        written.push(new Written(at, target));
        adopted = true;
        FileStatus linked = files.status(at);
        if (!linked.is(FileKind.REGULAR) || linked.sizeBytes() != file.bytes()) {
            throw new BackupException(
                    PoolFault.UNSUPPORTED,
                    "file " + file.file() + " has " + linked.sizeBytes() + " bytes by now, and had " + file.bytes()
                            + " when it was read",
                    "Find out who writes to it.");
        }
    }

    private long copy(InputStream data, SeekableByteChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        byte[] heap = data instanceof ReadableByteChannel ? new byte[0] : new byte[BUFFER_BYTES];
        long bytes = 0;
        long looked = 0;
        while (fill(data, buffer.clear(), heap)) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                bytes += to.write(buffer);
            }
            if (bytes - looked >= LOOK_EVERY_BYTES) {
                looked = bytes;
                requireRoom();
            }
        }
        return bytes;
    }

    private static boolean fill(InputStream data, ByteBuffer buffer, byte[] heap) throws IOException {
        if (data instanceof ReadableByteChannel channel) {
            return channel.read(buffer) >= 0;
        }
        int got = data.read(heap, 0, heap.length);
        buffer.put(heap, 0, Math.max(0, got));
        return got >= 0;
    }

    private void requireRoom() throws IOException {
        long usable = files.usableSpaceBytes(folder);
        if (usable <= reserve.bytes()) {
            throw noRoom(
                    "the file system of " + store.place() + " has " + ByteCount.of(usable) + " left, and " + reserve
                            + " are kept free",
                    null);
        }
    }

    private static BackupException noRoom(String what, @org.jspecify.annotations.Nullable Exception cause) {
        return new BackupException(
                PoolFault.NO_ROOM,
                what,
                "Remove what has expired with 'saddlebag pool prune', or give the pool a larger disk.",
                cause);
    }

    @Override
    public void publish() throws IOException {
        if (adopted) {
            // who wrote it may have left it to the page cache
            files.syncFileSystem(folder);
        }
        Set<Path> folders = new LinkedHashSet<>();
        Written first = written.peekLast();
        for (Written each : written) {
            if (each.equals(first)) {
                // whoever sees it sees the others, after a power failure, too
                sync(folders);
            }
            published.add(each.target());
            store.rename(each.at(), each.target());
            folders.add(FolderStore.parent(each.target()));
        }
        sync(folders);
        files.syncFolder(folder);
        if (given.grant().isForOthers()) {
            for (Path file : published) {
                store.letThrough(file);
            }
        }
        done = true;
        written.clear();
    }

    private void sync(Set<Path> folders) throws IOException {
        for (Path each : folders) {
            files.syncFolder(each);
        }
    }

    @Override
    public void close() throws IOException {
        if (!done) {
            withdraw();
        }
        for (Path file : files.list(folder)) {
            files.delete(file);
        }
        files.delete(folder);
    }

    /** The last one may be a stranger's, which was in the way. */
    private void withdraw() throws IOException {
        for (Path file : published) {
            boolean ours = !files.exists(folder.resolve(String.valueOf(file.getFileName())));
            if (ours && files.exists(file)) {
                files.delete(file);
                files.syncFolder(FolderStore.parent(file));
            }
        }
    }
}
