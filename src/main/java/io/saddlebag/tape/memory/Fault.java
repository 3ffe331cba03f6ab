package io.saddlebag.tape.memory;

/** Something that goes wrong in the simulator. Implementations are enums. */
public interface Fault {
    /** Whether this can go wrong in such an operation; elsewhere a planned fault does nothing. */
    boolean canHitA(Operation operation);
}
