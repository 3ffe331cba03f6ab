package io.saddlebag.tape.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A disk that transfers only a few bytes a call, and that fails from one call on. Calls that change something are
 * counted: write, truncate, force.
 */
final class FlakyChannel extends FileChannel {
    private final FileChannel disk;
    private final Trouble trouble;

    /**
     * What goes wrong, shared by all files of a disk.
     *
     * <p>Calls from {@code firstFailing} to {@code lastFailing} fail with the message; a write moves half of its bytes
     * before it fails.
     */
    static final class Trouble {
        private final int mostBytes;
        private final long firstFailing;
        private final long lastFailing;
        private final String message;
        private long calls;

        Trouble(int mostBytes, long firstFailing, long lastFailing, String message) {
            this.mostBytes = mostBytes;
            this.firstFailing = firstFailing;
            this.lastFailing = lastFailing;
            this.message = message;
        }

        static Trouble none() {
            return new Trouble(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, "");
        }

        long calls() {
            return calls;
        }

        private boolean strikes() {
            calls++;
            return calls >= firstFailing && calls <= lastFailing;
        }
    }

    FlakyChannel(FileChannel disk, Trouble trouble) {
        this.disk = disk;
        this.trouble = trouble;
    }

    static TapeFiles files(Trouble trouble) {
        return (path, options) -> new FlakyChannel(FileChannel.open(path, options), trouble);
    }

    @Override
    public long write(ByteBuffer[] parts, int offset, int length) throws IOException {
        boolean fails = trouble.strikes();
        for (int i = offset; i < offset + length; i++) {
            ByteBuffer part = parts[i];
            if (part.hasRemaining()) {
                int limit = part.limit();
                int most = fails ? (part.remaining() + 1) / 2 : trouble.mostBytes;
                part.limit((int) Math.min(limit, (long) part.position() + most));
                int written = disk.write(part);
                part.limit(limit);
                if (fails) {
                    break;
                }
                return written;
            }
        }
        fail(fails);
        return 0;
    }

    @Override
    public int write(ByteBuffer part) throws IOException {
        return (int) write(new ByteBuffer[] {part}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] parts, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            ByteBuffer part = parts[i];
            if (part.hasRemaining()) {
                int limit = part.limit();
                part.limit((int) Math.min(limit, (long) part.position() + trouble.mostBytes));
                int read = disk.read(part);
                part.limit(limit);
                return read;
            }
        }
        return 0;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int limit = into.limit();
        into.limit((int) Math.min(limit, (long) into.position() + trouble.mostBytes));
        int read = disk.read(into, position);
        into.limit(limit);
        return read;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        fail(trouble.strikes());
        disk.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        // the process lives on, so that nothing has to reach the real disk
        fail(trouble.strikes());
    }

    private void fail(boolean fails) throws IOException {
        if (fails) {
            throw new IOException(trouble.message);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return disk.read(into);
    }

    @Override
    public long position() throws IOException {
        return disk.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        disk.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return disk.size();
    }

    @Override
    public int write(ByteBuffer part, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        disk.close();
    }
}
