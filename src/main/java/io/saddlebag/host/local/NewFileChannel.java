package io.saddlebag.host.local;

import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** Writes a file that is held open by its owner, who closes it. Failures say what they mean. One thread. */
final class NewFileChannel implements SeekableByteChannel {
    private final WritableFile file;
    private final Path shown;
    private long position;
    private boolean open = true;

    /** @param shown in messages */
    NewFileChannel(WritableFile file, Path shown) {
        this.file = file;
        this.shown = shown;
    }

    @Override
    public int read(ByteBuffer target) {
        throw new NonReadableChannelException();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        checkOpen();
        try {
            int written = 0;
            while (source.hasRemaining()) {
                int n = file.write(source, position);
                position += n;
                written += n;
            }
            return written;
        } catch (PosixException e) {
            throw FileFailure.of("writing", shown, e);
        }
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        checkOpen();
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return file.lengthBytes();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        checkOpen();
        if (size < file.lengthBytes()) {
            file.changeLength(size);
        }
        position = Math.min(position, size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }
}
