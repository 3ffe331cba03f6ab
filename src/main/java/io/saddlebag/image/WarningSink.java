package io.saddlebag.image;

import java.io.IOException;

/** Learns what wasn't read as promised when an image was made (D4). */
public interface WarningSink {
    /** @param path of the object, which the image has when {@link MemberWarning.What#isInImage} */
    void warned(MemberWarning.What what, ByteString path) throws IOException;
}
