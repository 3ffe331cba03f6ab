package io.saddlebag.posix;

/** A block device that nobody else can mount or claim until this is closed. Closing it twice does no harm. */
public interface DeviceClaim extends AutoCloseable {
    @Override
    void close();
}
