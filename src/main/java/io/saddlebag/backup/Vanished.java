package io.saddlebag.backup;

import io.saddlebag.job.Transcript;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What was gone between its folder's listing and the look at it (D4): never promised, so no warning, and told all the same. A whole tree that
 * is removed meanwhile is told of in a few lines.
 */
final class Vanished {
    private static final int MOST_TOLD = 50;

    private final Transcript transcript;
    private long number;

    Vanished(Transcript transcript) {
        this.transcript = transcript;
    }

    void add(Path source) throws IOException {
        number++;
        if (number <= MOST_TOLD) {
            transcript.line(source + " was gone before it was looked at");
        }
    }

    void end() throws IOException {
        if (number > MOST_TOLD) {
            transcript.line("and " + (number - MOST_TOLD) + " more were gone before they were looked at");
        }
        number = 0;
    }
}
