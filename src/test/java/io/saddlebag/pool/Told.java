package io.saddlebag.pool;

import io.saddlebag.job.Transcript;
import java.util.List;

/** Keeps what was said. */
public record Told(List<String> lines) implements Transcript {
    @Override
    public void line(String text) {
        lines.add(text);
    }

    @Override
    public void sync() {
        // nothing lasts
    }

    @Override
    public void close() {
        // nothing is open
    }
}
