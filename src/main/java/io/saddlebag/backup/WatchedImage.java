package io.saddlebag.backup;

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
