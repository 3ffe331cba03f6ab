package io.saddlebag.host.memory;

/** Stands for the death of the process: an error, so that nobody mistakes it for a failure to recover from. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String at) {
        super("crashed at " + at);
    }
}
