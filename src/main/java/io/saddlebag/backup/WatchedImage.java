package io.saddlebag.backup;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An image stream on its way to a target, which lets somebody know how far it is. */
final class WatchedImage extends ByteStream {
    private final ByteStream image;
    private final Watcher watcher;
    private long bytes;

    WatchedImage(ByteStream image, Watcher watcher) {
        this.image = image;
        this.watcher = watcher;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int n = image.read(into);
        if (n > 0) {
            bytes += n;
            watcher.passed(bytes);
        }
        return n;
    }

    /**
     * Call it when a target says that it has all of the image.
     *
     * @param target for people
     * @throws BackupException {@link BackupFault#NOT_TAKEN} when it stopped reading before the end
     */
    void requireTaken(String target) throws IOException {
        if (image.read(ByteBuffer.allocate(1)) >= 0) {
            throw new BackupException(
                    BackupFault.NOT_TAKEN,
                    target + " says that it has the image, and has read " + bytes + " bytes of it, not all",
                    "Find out why it stops reading: a pool at an endpoint of your own has to read the body to its end.");
        }
    }

    @Override
    public boolean isOpen() {
        return image.isOpen();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }

    /** Hears how far the image is; ends it by throwing. */
    interface Watcher {
        void passed(long bytes) throws IOException;
    }
}
