package io.saddlebag.camel.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Files of one image on their way to an endpoint: each is sent, and all are read back and compared. */
final class EndpointBatch implements PoolStore.Batch {
    private static final int BUFFER_BYTES = 1 << 18;

    private final EndpointStore store;
    private final HostFiles files;
    private final @Nullable Path spool;
    private final List<Sent> sent = new ArrayList<>();
    private boolean done;

    EndpointBatch(EndpointStore store, HostFiles files, @Nullable Path spool) {
        this.store = store;
        this.files = files;
        this.spool = spool;
    }

    private record Sent(String path, long bytes, long crc32c) {}

    @Override
    public long write(String path, InputStream data) throws IOException {
        Counted counted = new Counted(data);
        Path folder = spool;
        if (folder == null) {
            sent.add(new Sent(path, -1, 0));
            store.send(path, counted);
            sent.remove(sent.size() - 1);
        } else {
            sendSpooled(path, counted, folder);
        }
        if (counted.read() >= 0) {
            throw notAsSent(path, "its end was not read");
        }
        sent.add(new Sent(path, counted.bytes, counted.check.getValue()));
        return counted.bytes;
    }

    private void sendSpooled(String path, Counted data, Path folder) throws IOException {
        try (NewFile file = files.create(folder.resolve(path.replace('/', '_')))) {
            WritableByteChannel to = file.channel();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = data.read(buffer, 0, buffer.length); got >= 0; got = data.read(buffer, 0, buffer.length)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
            sent.add(new Sent(path, -1, 0));
            store.send(path, file.temporary().toFile());
            sent.remove(sent.size() - 1);
        }
    }

    @Override
    public void publish() throws IOException {
        for (Sent each : sent) {
            Counted back;
            try (InputStream stored = store.open(each.path())) {
                back = new Counted(stored);
                byte[] buffer = new byte[BUFFER_BYTES];
                int got = 0;
                while (got >= 0) {
                    got = back.read(buffer, 0, buffer.length);
                }
            }
            if (back.bytes != each.bytes() || back.check.getValue() != each.crc32c()) {
                throw notAsSent(
                        each.path(), each.bytes() + " bytes were sent, and " + back.bytes + " others came back");
            }
        }
        done = true;
    }

    private BackupException notAsSent(String path, String why) {
        return new BackupException(
                PoolFault.NOT_AS_SENT,
                "file " + path + " at " + store.place().replaceAll("\\?.*", "") + " is not what was sent: " + why,
                "Look at the store and its endpoint in the configuration, and repeat.");
    }

    @Override
    public void close() throws IOException {
        if (!done && store.deletes()) {
            store.discard(sent.stream().map(Sent::path).toList());
        }
    }

    /** Whoever sends it may close it; the image goes on behind. */
    private static final class Counted extends FilterInputStream {
        private final CRC32C check = new CRC32C();
        private long bytes;

        Counted(InputStream data) {
            super(data);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int got = read(one, 0, 1);
            return got < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int got = in.read(into, offset, length);
            if (got > 0) {
                check.update(into, offset, got);
                bytes += got;
            }
            return got;
        }

        @Override
        public long skip(long count) {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() {
            // the image goes on behind it
        }
    }
}
