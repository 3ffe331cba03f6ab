package io.saddlebag.tape.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What goes wrong, and when: faults addressed by the count of operations on all simulated devices that share the plan
 * (Q12, Q15). A sweep runs once without faults, asks {@link #operations()}, and then runs once for each operation and
 * fault:
 *
 * <pre>{@code
 * for (long n = 1; n <= clean.operations(); n++) {
 *     for (DriveFault fault : DriveFault.values()) {
 *         FaultPlan plan = FaultPlan.seeded(n).atOperation(n, fault);
 *         ... run ...
 *         if (plan.struck().isEmpty()) { ... the operation can't suffer this fault ... }
 *     }
 * }
 * }</pre>
 *
 * <p>Everything undetermined (how much of a buffer survives, whether a failed command was carried out) is drawn from the
 * seed, so that a seed and the same calls give the same outcome. Thread-safe; with several threads the order of their
 * calls is not the plan's to decide.
 */
public final class FaultPlan {
    private final long seed;
    private final Random chance;
    private final Power power = new Power();
    private final Map<Long, Fault> byOperation = new HashMap<>();
    private final Map<Operation, Map<Long, Fault>> byKind = new HashMap<>();
    private final Map<Operation, Long> counts = new HashMap<>();
    private final List<Strike> strikes = new ArrayList<>();
    private List<Fault> anyOf = List.of();
    private int oneIn;
    private long operations;

    /** A fault that really hit: the operation's number from 1, what it was, and what went wrong. */
    public record Strike(long number, Operation operation, Fault fault) {}

    private FaultPlan(long seed) {
        this.seed = seed;
        this.chance = chance(seed);
    }

    /** Nothing goes wrong. */
    public static FaultPlan none() {
        return seeded(0);
    }

    /** Nothing goes wrong until faults are added. */
    public static FaultPlan seeded(long seed) {
        return new FaultPlan(seed);
    }

    /** The fault hits the n-th operation of all, from 1, whatever it is. */
    public synchronized FaultPlan atOperation(long n, Fault fault) {
        byOperation.put(requireFromOne(n), fault);
        return this;
    }

    /** The fault hits the n-th operation of this kind, from 1: {@code at(DriveOperation.WRITE, 3, ...)}. */
    public synchronized FaultPlan at(Operation kind, long n, Fault fault) {
        if (!fault.canHitA(kind)) {
            throw new IllegalArgumentException(fault + " can't hit a " + kind);
        }
        byKind.computeIfAbsent(kind, k -> new HashMap<>()).put(requireFromOne(n), fault);
        return this;
    }

    /** One of these faults hits each operation with the chance of one in so many, again and again. */
    public synchronized FaultPlan often(int oneInOperations, List<? extends Fault> faults) {
        if (oneInOperations < 1) {
            throw new IllegalArgumentException("one in " + oneInOperations + " is not a chance");
        }
        oneIn = oneInOperations;
        anyOf = List.copyOf(faults);
        return this;
    }

    /** Forgets all faults still to come, as when the workshop has been; counting goes on. */
    public synchronized FaultPlan stop() {
        byOperation.clear();
        byKind.clear();
        anyOf = List.of();
        return this;
    }

    /** Operations counted so far. */
    public synchronized long operations() {
        return operations;
    }

    /** Operations of this kind counted so far. */
    public synchronized long operations(Operation kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** The faults that hit, in order. */
    public synchronized List<Strike> struck() {
        return List.copyOf(strikes);
    }

    public long seed() {
        return seed;
    }

    /** The power supply of all devices of this plan. */
    public Power power() {
        return power;
    }

    /** Counts an operation, and says what goes wrong in it. For simulated devices. */
    public synchronized Optional<Fault> next(Operation operation) {
        long number = ++operations;
        long ofKind = counts.merge(operation, 1L, Long::sum);
        Fault fault = byOperation.remove(number);
        if (fault == null) {
            fault = byKind.getOrDefault(operation, Map.of()).get(ofKind);
        }
        if (fault == null && !anyOf.isEmpty() && chance.nextInt(oneIn) == 0) {
            fault = anyOf.get(chance.nextInt(anyOf.size()));
        }
        if (fault == null || !fault.canHitA(operation)) {
            return Optional.empty();
        }
        strikes.add(new Strike(number, operation, fault));
        return Optional.of(fault);
    }

    /** 0 to bound - 1, from the seed. For simulated devices. */
    public synchronized int choose(int bound) {
        return chance.nextInt(bound);
    }

    /** A seed for what depends on this plan. For simulated devices. */
    public synchronized long nextSeed() {
        return chance.nextLong();
    }

    @Override
    public synchronized String toString() {
        return "seed " + seed + " after " + operations + " operations, struck " + strikes;
    }

    /** Without the mixing, neighbouring seeds of {@link Random} begin alike. */
    static Random chance(long seed) {
        return new Random(seed * 0x9E37_79B9_7F4A_7C15L + 0x632B_E5AB);
    }

    private static long requireFromOne(long n) {
        if (n < 1) {
            throw new IllegalArgumentException("operations are counted from 1, not " + n);
        }
        return n;
    }
}
