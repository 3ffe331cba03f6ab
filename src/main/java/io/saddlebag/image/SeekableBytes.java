package io.saddlebag.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * The stored bytes of an image, or what is inside one of its layers, for reading from any place on (Q4). Offsets and lengths in
 * bytes. One thread at a time, one stream at a time.
 */
public interface SeekableBytes extends Closeable {
    long length();

    /** As many can be read in the time that going elsewhere takes: less than that is better read than passed over. */
    long jumpBytes();

    /**
     * What stands from there on to the end. The stream before has to be closed.
     *
     * @param offset from 0 to {@link #length()}
     */
    InputStream from(long offset) throws IOException;
}
