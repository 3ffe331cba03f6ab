package io.saddlebag.job;

import java.io.IOException;

/** What a step does. */
@FunctionalInterface
public interface StepAction<T> {
    T run() throws IOException, InterruptedException;
}
