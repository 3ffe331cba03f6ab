package io.saddlebag.database.postgresql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file without a name for what is longer than memory should hold; gone when it is closed, or with the process. */
final class Spool implements Closeable {
    private final FileChannel file;

    private Spool(FileChannel file) {
        this.file = file;
    }

    static Spool open() throws IOException {
        Path named = Files.createTempFile("saddlebag-", ".spool");
        try {
            return new Spool(FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } finally {
            Files.delete(named);
        }
    }

    /** Appends; its flush has to come before anything is read. Not to be closed: the file would be, too. */
    OutputStream output() throws IOException {
        return new BufferedOutputStream(Channels.newOutputStream(file.position(file.size())));
    }

    long bytes() throws IOException {
        return file.size();
    }

    /** From a place on; closing it leaves the file. Several at a time. */
    InputStream input(long from) {
        return new BufferedInputStream(new At(from));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private final class At extends InputStream {
        private long place;

        At(long place) {
            this.place = place;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = file.read(ByteBuffer.wrap(into, offset, length), place);
            place += Math.max(0, n);
            return n;
        }
    }
}
