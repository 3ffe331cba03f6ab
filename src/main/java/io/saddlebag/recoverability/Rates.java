package io.saddlebag.recoverability;

import io.saddlebag.quantity.ByteCount;
import io.saddlebag.recovery.Medium;
import java.util.EnumMap;
import java.util.Map;

/**
 * How fast things are read back.
 *
 * @param restores by what they are read from
 */
record Rates(Map<Medium, Rate> restores) {
    /** Where nothing was measured: a disk, or LTO-5 that streams, bytes a second. */
    static final long ASSUMED_BYTES_A_SECOND = 100L << 20;

    /** Journals are applied by one thread of the engine, and nobody tells how fast; bytes a second. */
    static final long ASSUMED_JOURNAL_BYTES_A_SECOND = 40L << 20;

    /** To load, thread and position a volume, seconds. */
    static final long SECONDS_A_VOLUME = 120;

    /** To stop, put in place and start a database, seconds. */
    static final long SECONDS_AROUND = 10;

    Rates {
        restores = Map.copyOf(restores);
    }

    /** @param from what it was measured in, e.g. {@code 3 restores}; {@code ""} when it is assumed */
    record Rate(long bytesASecond, String from) {
        static final Rate ASSUMED = new Rate(ASSUMED_BYTES_A_SECOND, "");

        long seconds(long bytes) {
            return (bytes + bytesASecond - 1) / Math.max(1, bytesASecond);
        }

        @Override
        public String toString() {
            return ByteCount.of(bytesASecond) + "/s ("
                    + (from.isEmpty() ? "assumed, nothing was measured" : "measured in " + from) + ")";
        }
    }

    Rate of(Medium medium) {
        return restores.getOrDefault(medium, Rate.ASSUMED);
    }

    /** Adds up what jobs took. */
    static final class Measuring {
        private final Map<Medium, long[]> sums = new EnumMap<>(Medium.class);
        private final String kind;

        /** @param kind of jobs, in the plural */
        Measuring(String kind) {
            this.kind = kind;
        }

        void add(Medium medium, long bytes, long millis) {
            long[] sum = sums.computeIfAbsent(medium, each -> new long[3]);
            sum[0] += bytes;
            sum[1] += millis;
            sum[2]++;
        }

        void into(Map<Medium, Rate> rates) {
            sums.forEach((medium, sum) -> {
                long bytesASecond = sum[0] * 1000 / Math.max(1, sum[1]);
                rates.putIfAbsent(medium, new Rate(Math.max(1, bytesASecond), sum[2] + " " + kind));
            });
        }
    }
}
