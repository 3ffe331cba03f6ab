package io.saddlebag.workbench;

import java.io.IOException;

/** What a test lets happen within a call of a twin, before or after the twin has done its work. */
public interface Trouble {
    Trouble NONE = () -> {};

    void happens() throws IOException, InterruptedException;
}
