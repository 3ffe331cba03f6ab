package io.saddlebag.tape.memory;

/**
 * The simulated machine is off: the program that runs on it is dead at this point. An error, so that no code under test
 * handles it by mistake; whatever its clean-up still asks of a simulated device fails the same way.
 */
public final class PowerFailure extends Error {
    private static final long serialVersionUID = 1L;

    PowerFailure() {
        super("the simulated machine has no power");
    }
}
