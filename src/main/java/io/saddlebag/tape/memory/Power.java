package io.saddlebag.tape.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** The power supply that simulated devices share: when one of them meets a power loss, all of them stop. Thread-safe. */
public final class Power {
    private final List<LongConsumer> consumers = new ArrayList<>();
    private boolean on = true;

    /** Adds a device; at each power loss it drops what it would lose, as the seed says. */
    public synchronized void onLoss(LongConsumer drop) {
        consumers.add(drop);
    }

    /** Turns everything off. The caller throws what is returned when it plays the program that dies. */
    public synchronized PowerFailure lose(long seed) {
        if (on) {
            on = false;
            consumers.forEach(c -> c.accept(seed));
        }
        return new PowerFailure();
    }

    /** Turns everything on again: drives hold their cartridges, but none is loaded; no drive is reserved. */
    public synchronized void restore() {
        on = true;
    }

    public synchronized boolean isOn() {
        return on;
    }

    /** @throws PowerFailure when the power is off */
    public synchronized void check() {
        if (!on) {
            throw new PowerFailure();
        }
    }
}
