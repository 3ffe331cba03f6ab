package io.saddlebag.image;

import java.io.IOException;

/**
 * Learns what goes into an image while it is made, so that the catalog is filled alongside (D7). Called by whichever
 * thread reads the image stream, never by two at once. An exception ends the image stream.
 */
public interface ImageListener {
    /** The member's last byte has been handed to the reader of the stream, which is not to say that it is durable. */
    void written(WrittenMember member) throws IOException;

    /** The source wasn't read as promised; the image is sound all the same (D4). Comes before {@link #written}. */
    void warning(MemberWarning warning) throws IOException;

    /** The image's last byte has been handed over. Comes once, and not at all for an image that ended early. */
    void finished(ImageSummary summary) throws IOException;
}
