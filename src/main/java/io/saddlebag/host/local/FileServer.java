package io.saddlebag.host.local;

import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.DataRange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads files for the process at the other end, with the rights of this one; ends when that one does. One thread. */
public final class FileServer {
    private final HostFiles files;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<Integer, SeekableByteChannel> open = new HashMap<>();
    private final ByteBuffer piece = ByteBuffer.allocate(FileWire.MOST_PIECE_BYTES);
    private int handles;

    public FileServer(HostFiles files, InputStream in, OutputStream out) {
        this.files = files;
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /**
     * Does everything once, for nobody: all classes are loaded then, by a process that may later have no right to read its own
     * program.
     */
    public static void rehearse(HostFiles files, Path folder, Path file) throws IOException {
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        DataOutputStream acts = new DataOutputStream(script);
        for (FileWire.Act act : FileWire.Act.values()) {
            for (Path path : List.of(file, folder, folder.resolve("there is no such file"))) {
                acts.write(FileWire.REQUEST);
                FileWire.writeName(acts, act);
                FileWire.writePath(acts, path);
                // the first file that is opened, its first byte; or at most one range
                acts.writeLong(1);
                acts.writeLong(0);
            }
        }
        new FileServer(files, new ByteArrayInputStream(script.toByteArray()), OutputStream.nullOutputStream()).serve();
    }

    /** Returns when the other end has closed its side, or is gone. */
    public void serve() throws IOException {
        int begin = in.read();
        while (begin >= 0) {
            FileWire.Act wanted = FileWire.readName(in, FileWire.Act.class);
            Path path = FileWire.readPath(in);
            long number = in.readLong();
            long second = in.readLong();
            Answer answer;
            try {
                answer = answer(wanted, path, number, second);
            } catch (IOException e) {
                answer = null;
                FileWire.writeFault(out, e);
            }
            if (answer != null) {
                out.writeBoolean(true);
                answer.write();
            }
            out.flush();
            begin = in.read();
        }
        for (SeekableByteChannel each : open.values()) {
            each.close();
        }
    }

    private interface Answer {
        void write() throws IOException;
    }

    private Answer answer(FileWire.Act act, Path path, long number, long second) throws IOException {
        return switch (act) {
            case STATUS -> {
                FileStatus status = files.status(path);
                yield () -> status(status);
            }
            case EXISTS -> {
                boolean exists = files.exists(path);
                yield () -> out.writeBoolean(exists);
            }
            case LIST -> {
                List<Path> found = files.list(path);
                yield () -> {
                    out.writeInt(found.size());
                    for (Path each : found) {
                        FileWire.writePath(out, each.getFileName());
                    }
                };
            }
            case OPEN -> {
                int handle = opened(path, files::openRead);
                yield () -> out.writeInt(handle);
            }
            case OPEN_DISK -> {
                int handle = opened(path, this::disk);
                yield () -> out.writeInt(handle);
            }
            case READ -> {
                int n = read(handle(number), second);
                yield () -> {
                    out.writeInt(n);
                    out.write(piece.array(), 0, Math.max(0, n));
                };
            }
            case SIZE -> {
                long size = handle(number).size();
                yield () -> out.writeLong(size);
            }
            case CLOSE -> {
                handle(number).close();
                open.remove((int) number);
                yield () -> {};
            }
            case RANGES -> {
                List<DataRange> ranges = files.dataRanges(path, (int) number);
                yield () -> ranges(ranges);
            }
            case ATTRIBUTES -> {
                Map<String, byte[]> attributes = files.attributes(path);
                yield () -> {
                    out.writeInt(attributes.size());
                    for (var each : attributes.entrySet()) {
                        FileWire.writeText(out, each.getKey());
                        FileWire.writeBytes(out, each.getValue());
                    }
                };
            }
            case FLAGS -> {
                int bits = FileFlag.bits(files.flags(path));
                yield () -> out.writeInt(bits);
            }
        };
    }

    private interface Opening {
        SeekableByteChannel of(Path path) throws IOException;
    }

    private SeekableByteChannel disk(Path path) throws IOException {
        if (!files.status(path).is(FileKind.BLOCK_DEVICE)) {
            return files.openRead(path);
        }
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw FileFailure.of("opening", path, e);
        }
    }

    private int opened(Path path, Opening opening) throws IOException {
        if (open.size() == FileWire.MOST_OPEN) {
            throw new IOException(FileWire.MOST_OPEN + " files are open already");
        }
        SeekableByteChannel channel = opening.of(path);
        open.put(++handles, channel);
        return handles;
    }

    private SeekableByteChannel handle(long number) throws IOException {
        SeekableByteChannel channel = open.get((int) number);
        if (channel == null) {
            throw new IOException("file " + number + " is not open");
        }
        return channel;
    }

    private int read(SeekableByteChannel channel, long at) throws IOException {
        piece.clear();
        channel.position(at);
        return channel.read(piece);
    }

    private void ranges(List<DataRange> ranges) throws IOException {
        out.writeInt(ranges.size());
        for (DataRange each : ranges) {
            out.writeLong(each.offsetBytes());
            out.writeLong(each.lengthBytes());
        }
    }

    private void status(FileStatus status) throws IOException {
        FileWire.writeName(out, status.kind());
        out.writeLong(status.sizeBytes());
        out.writeInt(status.mode());
        out.writeInt(status.owner().uid());
        out.writeInt(status.owner().gid());
        FileWire.writeText(out, status.owner().user());
        FileWire.writeText(out, status.owner().group());
        for (var time : List.of(
                status.times().accessed(),
                status.times().modified(),
                status.times().changed())) {
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
        }
        out.writeLong(status.key().device());
        out.writeLong(status.key().inode());
        out.writeLong(status.links());
        out.writeInt(status.device().major());
        out.writeInt(status.device().minor());
        Path link = status.linkTarget();
        out.writeBoolean(link != null);
        if (link != null) {
            FileWire.writePath(out, link);
        }
    }
}
