package io.saddlebag.image;

import java.io.IOException;

/** Where members go: a target, a comparison, nowhere. Verifying is restoring into another sink (C12). */
@FunctionalInterface
public interface MemberSink {
    /** What of the content isn't read is skipped, and checked all the same. */
    void accept(ReadMember member) throws IOException;

    /** Leaves the checking to the reader (D8). */
    MemberSink NOWHERE = member -> {};
}
