package io.saddlebag.librarian;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that becomes a piece's copy: made when the first part comes, called by its name once it is whole and durable. */
final class PieceFile implements PieceTaker, Closeable {
    private final HostFiles files;
    private final Path target;
    private @Nullable NewFile file;

    PieceFile(HostFiles files, Path target) {
        this.files = files;
        this.target = target.toAbsolutePath();
    }

    @Override
    public void take(byte[] part, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(part, offset, length);
        NewFile into = begun();
        while (bytes.hasRemaining()) {
            into.channel().write(bytes);
        }
    }

    private NewFile begun() throws IOException {
        NewFile there = file;
        if (there == null) {
            there = files.create(target);
            file = there;
        }
        return there;
    }

    void publish() throws IOException {
        begun().replace();
        Path folder = target.getParent();
        if (folder != null) {
            files.syncFolder(folder);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
