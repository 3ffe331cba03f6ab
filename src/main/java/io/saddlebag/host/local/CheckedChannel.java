package io.saddlebag.host.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** A file's channel whose failures say what they mean. One thread. */
final class CheckedChannel implements SeekableByteChannel {
    /** Whether closing this closes the file, or its owner does that later. */
    enum Closing {
        CLOSES_FILE,
        LEAVES_FILE_OPEN
    }

    private final FileChannel file;
    private final Path path;
    private final Closing closing;
    private boolean open = true;

    CheckedChannel(FileChannel file, Path path, Closing closing) {
        this.file = file;
        this.path = path;
        this.closing = closing;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        checkOpen();
        try {
            return file.read(target);
        } catch (IOException e) {
            throw FileFailure.of("reading", path, e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        checkOpen();
        try {
            return file.write(source);
        } catch (IOException e) {
            throw FileFailure.of("writing", path, e);
        }
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        checkOpen();
        file.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        checkOpen();
        try {
            file.truncate(size);
        } catch (IOException e) {
            throw FileFailure.of("cutting", path, e);
        }
        return this;
    }

    @Override
    public boolean isOpen() {
        return open && file.isOpen();
    }

    @Override
    public void close() throws IOException {
        open = false;
        if (closing == Closing.CLOSES_FILE) {
            file.close();
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }
}
