package io.saddlebag.tape.memory;

import io.saddlebag.quantity.ByteCount;
import java.time.Duration;

/**
 * How large and how fast drives of a generation are, for simulations: uncompressed capacity and rate as vendors publish
 * them, movements as typical for full-height drives. Not for measuring anything.
 */
public enum LtoModel {
    LTO_5(1_500, 140, Duration.ofSeconds(17), Duration.ZERO),
    LTO_6(2_500, 160, Duration.ofSeconds(17), Duration.ZERO),
    LTO_7(6_000, 300, Duration.ofSeconds(19), Duration.ZERO),
    LTO_8(12_000, 360, Duration.ofSeconds(19), Duration.ZERO),
    /** Its first load of a new cartridge measures the tape, which takes most of an hour. */
    LTO_9(18_000, 400, Duration.ofSeconds(21), Duration.ofMinutes(40)),
    LTO_10(30_000, 400, Duration.ofSeconds(21), Duration.ZERO);

    private static final long GIGABYTE = 1_000_000_000;
    /** One megabyte a second is a thousand nanoseconds a byte. */
    private static final long NANOSECONDS_A_BYTE_AT_1_MB = 1_000;

    private static final Duration END_TO_END = Duration.ofSeconds(100);
    private static final Duration SYNCHRONISATION = Duration.ofMillis(1_500);
    private static final Duration TURN = Duration.ofSeconds(2);

    private final long gigabytes;
    private final int megabytesPerSecond;
    private final Duration load;
    private final Duration firstLoad;

    LtoModel(long gigabytes, int megabytesPerSecond, Duration load, Duration firstLoad) {
        this.gigabytes = gigabytes;
        this.megabytesPerSecond = megabytesPerSecond;
        this.load = load;
        this.firstLoad = firstLoad;
    }

    public ByteCount capacity() {
        return ByteCount.of(gigabytes * GIGABYTE);
    }

    /** @param blank nothing was ever written on the cartridge */
    Duration load(boolean blank) {
        return blank ? load.plus(firstLoad) : load;
    }

    Duration transfer(long bytes) {
        return Duration.ofNanos(Math.multiplyExact(bytes, NANOSECONDS_A_BYTE_AT_1_MB) / megabytesPerSecond);
    }

    /** Flushes the drive's buffer, stops the tape and positions it again. */
    Duration synchronisation() {
        return SYNCHRONISATION;
    }

    /** @param share of the whole capacity that lies between two places, 0 to 1 */
    Duration movement(double share) {
        return TURN.plusMillis((long) (END_TO_END.toMillis() * Math.min(1, share)));
    }
}
