package io.saddlebag.job;

/** What becomes of a job whose task is running already (W18). */
public enum Overlap {
    /** It is not run: it ends as superseded, naming the job that runs. */
    SKIP,
    /** It runs when the other has ended. */
    WAIT
}
