package io.saddlebag.job;

import java.io.IOException;

/** What a step does that has no result. */
@FunctionalInterface
public interface StepWork {
    void run() throws IOException, InterruptedException;
}
