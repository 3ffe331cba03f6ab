package io.saddlebag.tape.memory;

/** A call to a simulated device that a {@link FaultPlan} counts. Implementations are enums. */
public interface Operation {}
