package io.saddlebag.image;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Hands over the members of an image one by one, so that their number doesn't matter (Q9). One thread at a time, not
 * always the same. A failure ends the image stream.
 */
public interface ImageSource extends Closeable {
    /** The next member; null when there are no more. A directory comes before what is in it, a file before its links. */
    @Nullable
    ImageMember next() throws IOException;

    @Override
    default void close() throws IOException {}

    static ImageSource of(Iterable<ImageMember> members) {
        Iterator<ImageMember> rest = members.iterator();
        return () -> rest.hasNext() ? rest.next() : null;
    }
}
