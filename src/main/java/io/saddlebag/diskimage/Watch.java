package io.saddlebag.diskimage;

import java.io.IOException;

/** Hears of work that nobody else sees, and may end it by throwing. */
public interface Watch {
    /** Work goes on; called every mebibyte or so. */
    void working() throws IOException;

    /** Something worth to be in a transcript. */
    void note(String line) throws IOException;
}
