package io.saddlebag.disk.local;

import io.saddlebag.disk.Disks;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.disk.WriteBehind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** A file that gets its name when it is whole. */
final class NewFileDisk implements Disks.NewDisk {
    private final HostFiles files;
    private final Path folder;
    private final NewFile file;
    private final WritableDisk disk;

    /** Up to where anything was written: behind it there are zeros already. */
    private long endOfWritten;

    private NewFileDisk(HostFiles files, Path folder, NewFile file, WritableDisk disk) {
        this.files = files;
        this.folder = folder;
        this.file = file;
        this.disk = disk;
    }

    static NewFileDisk create(Posix posix, HostFiles files, Executor executor, Path target, long sizeBytes)
            throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("a root is no file: " + target);
        }
        NewFile file = files.create(absolute);
        try {
            file.setLength(sizeBytes);
            WritableDisk disk = new WriteBehind(WrittenFile.open(posix, file.temporary(), () -> {}), executor);
            return new NewFileDisk(files, folder, file, disk);
        } catch (IOException e) {
            try {
                file.close();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public void write(long offsetBytes, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        disk.write(offsetBytes, bytes);
        endOfWritten = Math.max(endOfWritten, offsetBytes + length);
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) throws IOException {
        if (offsetBytes < endOfWritten) {
            disk.zero(offsetBytes, Math.min(lengthBytes, endOfWritten - offsetBytes));
        }
    }

    @Override
    public void sync() throws IOException {
        disk.sync();
    }

    @Override
    public void publish() throws IOException {
        disk.sync();
        file.publish();
        files.syncFolder(folder);
    }

    @Override
    public void replace() throws IOException {
        disk.sync();
        file.replace();
        files.syncFolder(folder);
    }

    @Override
    public void close() throws IOException {
        try (file) {
            disk.close();
        }
    }
}
