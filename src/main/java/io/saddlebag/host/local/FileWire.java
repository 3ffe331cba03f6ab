package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.posix.RawPath;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How one process reads files for another: an act, a path, numbers; back comes a fault or the answer. One at a time. Both ends
 * are of one build, so that there is no version.
 */
final class FileWire {
    /** Of a path, bytes; Linux allows 4096. */
    static final int MOST_PATH_BYTES = 1 << 16;
    /** Of a text in an answer, bytes. */
    static final int MOST_TEXT_BYTES = 1 << 20;
    /** Of a piece of a file, or an extended attribute. */
    static final int MOST_PIECE_BYTES = 256 << 10;
    /** Files open at a time. */
    static final int MOST_OPEN = 4096;

    private FileWire() {}

    /** Stands before each request. */
    static final int REQUEST = 1;

    /** What is asked for; their names are on the wire. */
    enum Act {
        STATUS,
        EXISTS,
        LIST,
        OPEN,
        OPEN_DISK,
        READ,
        SIZE,
        CLOSE,
        RANGES,
        ATTRIBUTES,
        FLAGS
    }

    static void writeName(DataOutputStream out, Enum<?> value) throws IOException {
        writeText(out, value.name());
    }

    static <E extends Enum<E>> E readName(DataInputStream in, Class<E> type) throws IOException {
        String name = readText(in);
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new IOException("'" + name + "' is no " + type.getSimpleName(), e);
        }
    }

    static void writePath(DataOutputStream out, Path path) throws IOException {
        writeBytes(out, RawPath.bytes(path));
    }

    static Path readPath(DataInputStream in) throws IOException {
        byte[] bytes = readBytes(in, MOST_PATH_BYTES);
        return bytes.length == 0 ? Path.of("") : RawPath.of(bytes);
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException(length + " bytes were announced; at most " + most + " are allowed");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in, MOST_TEXT_BYTES), java.nio.charset.StandardCharsets.UTF_8);
    }

    static void writeFault(DataOutputStream out, IOException e) throws IOException {
        out.writeBoolean(false);
        if (e instanceof BackupException known && known.code() instanceof FileFault fault) {
            writeName(out, fault);
            writeText(out, known.what());
            writeText(out, known.hint());
        } else {
            writeName(out, FileFault.IO_ERROR);
            writeText(out, String.valueOf(e.getMessage()));
            writeText(out, "Look at the file, and repeat.");
        }
    }

    static BackupException readFault(DataInputStream in) throws IOException {
        FileFault fault = readName(in, FileFault.class);
        return new BackupException(fault, readText(in), readText(in));
    }
}
