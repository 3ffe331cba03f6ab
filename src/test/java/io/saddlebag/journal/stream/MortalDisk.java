package io.saddlebag.journal.stream;

import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.InPlaceFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Files whose nth call is the last one of this process. With power off, what wasn't synced is as it was.
 */
final class MortalDisk implements InPlaceFiles {
    /** The process is no more. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final InPlaceFiles inner;
    private final Consumer<String> told;
    private final long last;
    private final boolean powerOff;
    private long calls;

    MortalDisk(InPlaceFiles inner, long last, boolean powerOff, Consumer<String> told) {
        this.inner = inner;
        this.last = last;
        this.powerOff = powerOff;
        this.told = told;
    }

    long calls() {
        return calls;
    }

    private boolean dies() {
        return ++calls == last;
    }

    @Override
    public InPlaceFile open(Path file, long lengthBytes) throws IOException {
        if (dies()) {
            throw new Death();
        }
        return new Mortal(inner.open(file, lengthBytes));
    }

    private final class Mortal implements InPlaceFile {
        private final InPlaceFile file;
        private final List<Before> unsynced = new java.util.ArrayList<>();

        private record Before(long offset, ByteBuffer bytes) {}

        Mortal(InPlaceFile file) {
            this.file = file;
        }

        @Override
        public boolean existed() {
            return file.existed();
        }

        @Override
        public void write(ByteBuffer from, long offsetBytes) throws IOException {
            if (dies()) {
                ByteBuffer half = from.slice(from.position(), from.remaining() / 2);
                file.write(half, offsetBytes);
                end();
            }
            ByteBuffer before = ByteBuffer.allocate(from.remaining());
            file.read(before, offsetBytes);
            unsynced.add(0, new Before(offsetBytes, before.flip()));
            file.write(from, offsetBytes);
        }

        @Override
        public void read(ByteBuffer into, long offsetBytes) throws IOException {
            file.read(into, offsetBytes);
        }

        @Override
        public void beginSync(long offsetBytes, long lengthBytes) {
            file.beginSync(offsetBytes, lengthBytes);
            told.accept("begun " + offsetBytes + "+" + lengthBytes);
        }

        @Override
        public void sync() throws IOException {
            if (dies()) {
                end();
            }
            file.sync();
            unsynced.clear();
            told.accept("sync");
        }

        private void end() throws IOException {
            if (powerOff) {
                for (Before each : unsynced) {
                    file.write(each.bytes(), each.offset());
                }
            }
            throw new Death();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
