package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileOwner;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.FileTimes;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.ReadingFiles;
import io.saddlebag.posix.DataRange;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Files as a process of another user sees them (D5): what it can't read nobody reads here. Thread-safe; one call at a time. The
 * process ends with this, or with this process.
 */
public final class UserFiles implements ReadingFiles, Closeable {
    private static final int BUFFER_BYTES = FileWire.MOST_PIECE_BYTES + 1024;
    private static final long PATIENCE_SECONDS = 10;

    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;

    private UserFiles(Process process) {
        this.process = process;
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER_BYTES));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER_BYTES));
    }

    /**
     * Starts the process.
     *
     * @param command of a program that becomes the user, says {@code true} (one byte) and then is a {@link FileServer}
     * @throws BackupException {@link FileFault#PERMISSION} when it doesn't get that far
     */
    public static UserFiles start(List<String> command, String user) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // nothing of this process's surroundings is the user's business
        builder.environment().clear();
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        UserFiles files = new UserFiles(builder.start());
        boolean ready = false;
        try {
            ready = files.in.readBoolean();
        } catch (java.io.EOFException e) {
            ready = false;
        } finally {
            if (!ready) {
                files.close();
            }
        }
        if (!ready) {
            throw new BackupException(
                    FileFault.PERMISSION,
                    "no process of user " + user + " could be started to read the files",
                    "Check that this machine knows the user, and run the node as root.");
        }
        return files;
    }

    private interface Reply<T> {
        T read() throws IOException;
    }

    private synchronized <T> T ask(FileWire.Act act, Path path, long number, long second, Reply<T> reply)
            throws IOException {
        try {
            out.write(FileWire.REQUEST);
            FileWire.writeName(out, act);
            FileWire.writePath(out, path);
            out.writeLong(number);
            out.writeLong(second);
            out.flush();
            if (in.readBoolean()) {
                return reply.read();
            }
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            // not a matter of this file: everything behind it would be left out
            throw new BackupException(
                    ProcessFault.FAILED,
                    "the process that reads the files ended at " + path,
                    "Repeat the backup; look whether somebody ended processes of the user.",
                    e);
        }
        throw FileWire.readFault(in);
    }

    private <T> T ask(FileWire.Act act, Path path, Reply<T> reply) throws IOException {
        return ask(act, path, 0, 0, reply);
    }

    private int count() throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("a count of " + count);
        }
        return count;
    }

    @Override
    public FileStatus status(Path path) throws IOException {
        return ask(FileWire.Act.STATUS, path, this::readStatus);
    }

    private FileStatus readStatus() throws IOException {
        FileKind kind = FileWire.readName(in, FileKind.class);
        long size = in.readLong();
        int mode = in.readInt();
        FileOwner owner = new FileOwner(in.readInt(), in.readInt(), FileWire.readText(in), FileWire.readText(in));
        FileTimes times = new FileTimes(readTime(), readTime(), readTime());
        FileKey key = new FileKey(in.readLong(), in.readLong());
        long links = in.readLong();
        DeviceNumber device = new DeviceNumber(in.readInt(), in.readInt());
        Path link = in.readBoolean() ? FileWire.readPath(in) : null;
        return new FileStatus(kind, size, mode, owner, times, key, links, device, link);
    }

    private Instant readTime() throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return ask(FileWire.Act.EXISTS, path, in::readBoolean);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return ask(FileWire.Act.LIST, folder, () -> {
            int count = count();
            FolderNames found = new FolderNames(folder);
            for (int i = 0; i < count; i++) {
                found.append(FileWire.readPath(in));
            }
            return found;
        });
    }

    /** This process's own. */
    @Override
    public SeekableByteChannel openUnnamed() throws IOException {
        return LocalFiles.unnamed();
    }

    @Override
    public SeekableByteChannel openRead(Path file) throws IOException {
        return new Channel(file, ask(FileWire.Act.OPEN, file, in::readInt));
    }

    /** As {@link #openRead}, of a block device, too. */
    public SeekableByteChannel openDisk(Path disk) throws IOException {
        return new Channel(disk, ask(FileWire.Act.OPEN_DISK, disk, in::readInt));
    }

    @Override
    public List<DataRange> dataRanges(Path file, int limit) throws IOException {
        return ask(FileWire.Act.RANGES, file, limit, 0, () -> {
            int count = count();
            List<DataRange> ranges = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ranges.add(new DataRange(in.readLong(), in.readLong()));
            }
            return ranges;
        });
    }

    @Override
    public Map<String, byte[]> attributes(Path path) throws IOException {
        return ask(FileWire.Act.ATTRIBUTES, path, () -> {
            int count = count();
            Map<String, byte[]> attributes = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                attributes.put(FileWire.readText(in), FileWire.readBytes(in, FileWire.MOST_PIECE_BYTES));
            }
            return attributes;
        });
    }

    @Override
    public Set<FileFlag> flags(Path path) throws IOException {
        return FileFlag.ofBits(ask(FileWire.Act.FLAGS, path, in::readInt));
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            // it is gone already, which is what is wanted
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Reads piece by piece; the position is this side's. */
    private final class Channel implements SeekableByteChannel {
        private final Path file;
        private final int handle;
        private long position;
        private boolean closed;

        Channel(Path file, int handle) {
            this.file = file;
            this.handle = handle;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            requireOpen();
            if (!into.hasRemaining()) {
                return 0;
            }
            return ask(FileWire.Act.READ, file, handle, position, () -> {
                int n = in.readInt();
                if (n <= 0) {
                    return n;
                }
                if (n > FileWire.MOST_PIECE_BYTES) {
                    throw new IOException("a piece of " + n + " bytes");
                }
                byte[] piece = new byte[n];
                in.readFully(piece);
                int taken = Math.min(n, into.remaining());
                into.put(piece, 0, taken);
                position += taken;
                return taken;
            });
        }

        private void requireOpen() throws ClosedChannelException {
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public int write(ByteBuffer from) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long at) {
            position = at;
            return this;
        }

        @Override
        public long size() throws IOException {
            requireOpen();
            return ask(FileWire.Act.SIZE, file, handle, 0, in::readLong);
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                Path unused = ask(FileWire.Act.CLOSE, file, handle, 0, () -> file);
            }
        }
    }
}
