package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files of this machine, written in place. */
public final class LocalInPlaceFiles implements InPlaceFiles {
    private static final FileAttribute<?> ONLY_MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final HostFiles files;
    private final Posix posix;

    public LocalInPlaceFiles(HostFiles files, Posix posix) {
        this.files = files;
        this.posix = posix;
    }

    @Override
    public InPlaceFile open(Path file, long lengthBytes) throws IOException {
        boolean existed = files.exists(file);
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    ONLY_MINE);
            boolean done = false;
            try {
                lengthen(channel, file, lengthBytes);
                done = true;
                return new Opened(channel, file, existed);
            } finally {
                if (!done) {
                    channel.close();
                }
            }
        } catch (IOException e) {
            throw FileFailure.of("opening", file, e);
        }
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " is in no folder");
        }
        return folder;
    }

    private static void lengthen(FileChannel channel, Path file, long lengthBytes) throws IOException {
        long size = channel.size();
        if (size > lengthBytes) {
            throw new BackupException(
                    FileFault.WRONG_TYPE,
                    "opening " + file + " failed: it has " + size + " bytes, and was to have " + lengthBytes,
                    "Move it away, or correct the size that is configured.");
        }
        if (size < lengthBytes) {
            channel.write(ByteBuffer.wrap(new byte[1]), lengthBytes - 1);
        }
    }

    private final class Opened implements InPlaceFile {
        private final FileChannel channel;
        private final Path file;
        private final boolean existed;
        private boolean lengthDurable;
        private boolean nameDurable;

        Opened(FileChannel channel, Path file, boolean existed) {
            this.channel = channel;
            this.file = file;
            this.existed = existed;
        }

        @Override
        public boolean existed() {
            return existed;
        }

        @Override
        public void write(ByteBuffer from, long offsetBytes) throws IOException {
            try {
                long at = offsetBytes;
                while (from.hasRemaining()) {
                    at += channel.write(from, at);
                }
            } catch (IOException e) {
                throw FileFailure.of("writing", file, e);
            }
        }

        @Override
        public void read(ByteBuffer into, long offsetBytes) throws IOException {
            try {
                long at = offsetBytes;
                while (into.hasRemaining()) {
                    int got = channel.read(into, at);
                    if (got < 0) {
                        throw new EOFException("it ends at byte " + at);
                    }
                    at += got;
                }
            } catch (IOException e) {
                throw FileFailure.of("reading", file, e);
            }
        }

        @Override
        public void beginSync(long offsetBytes, long lengthBytes) {
            try {
                posix.beginWriting(file, offsetBytes, lengthBytes);
            } catch (PosixException e) {
                // a file system that can't; an error of the disk is told by the flush to come
            }
        }

        @Override
        public void sync() throws IOException {
            syncContent();
            if (!nameDurable) {
                // of one that was there, too: whoever made it may have died before that
                files.syncFolder(folderOf(file));
                nameDurable = true;
            }
        }

        @Override
        public void syncContent() throws IOException {
            try {
                channel.force(!lengthDurable);
                lengthDurable = true;
            } catch (IOException e) {
                throw FileFailure.of("making durable", file, e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
