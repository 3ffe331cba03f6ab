package io.saddlebag.backup;

import java.io.IOException;
import java.io.InputStream;

/** An image stream on its way to a target, which lets somebody know how far it is. */
final class WatchedImage extends InputStream {
    private final InputStream image;
    private final Watcher watcher;
    private long bytes;

    WatchedImage(InputStream image, Watcher watcher) {
        this.image = image;
        this.watcher = watcher;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        int n = image.read(b, off, len);
        if (n > 0) {
            bytes += n;
            watcher.passed(bytes);
        }
        return n;
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
