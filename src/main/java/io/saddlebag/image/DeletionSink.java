package io.saddlebag.image;

import java.io.IOException;

/** Learns what was there in an image's parent and is no more (D2). */
public interface DeletionSink {
    void deleted(ByteString path) throws IOException;
}
