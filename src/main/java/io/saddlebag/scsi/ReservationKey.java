package io.saddlebag.scsi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * Who registers with a device that several hosts share (SPC-4, 5.12.7). Keys of this program tell which host a process runs
 * on: 40 bits of a digest of the host, then 24 bits of the process's number.
 *
 * @param value not 0, which is no key
 */
public record ReservationKey(long value) {
    private static final int PID_BITS = 24;
    private static final long PID_MASK = (1L << PID_BITS) - 1;

    public ReservationKey {
        if (value == 0) {
            throw new IllegalArgumentException("0 is no reservation key");
        }
    }

    /**
     * @param host whatever is common to all processes that see the same locks (M19), and to no others
     * @param pid of this process
     */
    public static ReservationKey of(String host, long pid) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(host.getBytes(StandardCharsets.UTF_8));
            long value = (ByteBuffer.wrap(digest).getLong() & ~PID_MASK) | (pid & PID_MASK);
            return new ReservationKey(value == 0 ? 1 : value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether a process of the same host made both. */
    public boolean isOfSameHostAs(ReservationKey other) {
        return value >>> PID_BITS == other.value >>> PID_BITS;
    }

    /** As tools show it, e.g. {@code 0x5a01c3d4e5001267}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "0x%016x", value);
    }
}
