package io.saddlebag.node;

import io.saddlebag.job.Transcript;
import java.util.function.Consumer;

/** There is no job whose transcript could be written. */
record NotedTranscript(Consumer<String> notes) implements Transcript {
    @Override
    public void line(String text) {
        notes.accept(text);
    }

    @Override
    public void sync() {
        // whoever takes the lines keeps them as long as they like
    }

    @Override
    public void close() {
        // nothing is open
    }
}
