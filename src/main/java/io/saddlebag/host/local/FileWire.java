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

    /** In the order of their numbers on the wire. */
    enum Act {
        STATUS,
        EXISTS,
        LIST,
        OPEN,
        READ,
        SIZE,
        CLOSE,
        RANGES,
        ATTRIBUTES,
        FLAGS;

        private static final Act[] ALL = values();

        static Act of(int number) throws IOException {
            if (number < 0 || number >= ALL.length) {
                throw new IOException("no act has number " + number);
            }
            return ALL[number];
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
            out.writeInt(fault.ordinal());
            writeText(out, known.what());
            writeText(out, known.hint());
        } else {
            out.writeInt(FileFault.IO_ERROR.ordinal());
            writeText(out, String.valueOf(e.getMessage()));
            writeText(out, "Look at the file, and repeat.");
        }
    }

    static BackupException readFault(DataInputStream in) throws IOException {
        int ordinal = in.readInt();
        FileFault[] all = FileFault.values();
        FileFault fault = ordinal >= 0 && ordinal < all.length ? all[ordinal] : FileFault.IO_ERROR;
        return new BackupException(fault, readText(in), readText(in));
    }
}
