package io.saddlebag.librarian;

import java.io.IOException;

/** Takes the content of a piece, part by part, each of which has been compared with what was put. */
@FunctionalInterface
public interface PieceTaker {
    /** @param part valid until this returns */
    void take(byte[] part, int offset, int length) throws IOException;
}
