package io.saddlebag.scsi;

import io.saddlebag.scsi.ScsiCommand.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PERSISTENT RESERVE IN and OUT (SPC-4, 6.13 and 6.14), as far as one holder at a time needs them. */
final class ReservationCommands {
    static final int READ_RESERVATION_BYTES = 24;
    /** More hosts don't register with one drive. */
    static final int READ_KEYS_BYTES = 8 + 8 * 256;

    private static final int IN = 0x5e;
    private static final int OUT = 0x5f;
    private static final int READ_KEYS = 0x00;
    private static final int READ_RESERVATION = 0x01;
    private static final int REGISTER = 0x00;
    private static final int RESERVE = 0x01;
    private static final int RELEASE = 0x02;
    private static final int PREEMPT = 0x04;
    private static final int REGISTER_AND_IGNORE = 0x06;
    private static final int PARAMETER_BYTES = 24;
    private static final int HEADER_BYTES = 8;
    private static final int KEY_BYTES = 8;
    private static final long NO_KEY = 0;

    private ReservationCommands() {}

    /** Also when this host is registered with another key. */
    static ScsiCommand register(ReservationKey key) {
        return out("PERSISTENT RESERVE OUT register", REGISTER_AND_IGNORE, 0, NO_KEY, key.value());
    }

    static ScsiCommand unregister(ReservationKey key) {
        return out("PERSISTENT RESERVE OUT unregister", REGISTER, 0, key.value(), NO_KEY);
    }

    static ScsiCommand reserve(ReservationKey key, ReservationType type) {
        return out("PERSISTENT RESERVE OUT reserve", RESERVE, type.code(), key.value(), NO_KEY);
    }

    static ScsiCommand release(ReservationKey key, ReservationType type) {
        return out("PERSISTENT RESERVE OUT release", RELEASE, type.code(), key.value(), NO_KEY);
    }

    /** Ends all registrations of the other key but our own, and makes its reservation ours. */
    static ScsiCommand preempt(ReservationKey key, ReservationKey other, ReservationType type) {
        return out("PERSISTENT RESERVE OUT preempt", PREEMPT, type.code(), key.value(), other.value());
    }

    /** @param answer {@link #READ_RESERVATION_BYTES} */
    static ScsiCommand readReservation(ByteBuffer answer) {
        return in("PERSISTENT RESERVE IN read reservation", READ_RESERVATION, answer);
    }

    /** @param answer {@link #READ_KEYS_BYTES} */
    static ScsiCommand readKeys(ByteBuffer answer) {
        return in("PERSISTENT RESERVE IN read keys", READ_KEYS, answer);
    }

    /** @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER} */
    static Optional<ReservationKey> parseReservation(byte[] answer) throws ScsiException {
        requireBytes(answer, HEADER_BYTES);
        if (ByteBuffer.wrap(answer).getInt(4) == 0) {
            return Optional.empty();
        }
        requireBytes(answer, HEADER_BYTES + KEY_BYTES);
        return key(ByteBuffer.wrap(answer).getLong(HEADER_BYTES));
    }

    /**
     * A list that was cut is read as far as it goes.
     *
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    static List<ReservationKey> parseKeys(byte[] answer) throws ScsiException {
        requireBytes(answer, HEADER_BYTES);
        long listed = Integer.toUnsignedLong(ByteBuffer.wrap(answer).getInt(4));
        long end = Math.min(answer.length, HEADER_BYTES + listed);
        List<ReservationKey> keys = new ArrayList<>();
        for (int at = HEADER_BYTES; at + KEY_BYTES <= end; at += KEY_BYTES) {
            key(ByteBuffer.wrap(answer).getLong(at)).ifPresent(keys::add);
        }
        return keys;
    }

    /** Some devices list the reservation of a holder without a key, from before they had keys. */
    private static Optional<ReservationKey> key(long value) {
        return value == NO_KEY ? Optional.empty() : Optional.of(new ReservationKey(value));
    }

    private static void requireBytes(byte[] answer, int bytes) throws ScsiException {
        if (answer.length < bytes) {
            throw MalformedAnswers.of("PERSISTENT RESERVE IN", answer.length + " bytes where " + bytes + " are due");
        }
    }

    private static ScsiCommand out(String name, int action, int type, long key, long serviceKey) {
        ByteBuffer parameters = ByteBuffer.allocate(PARAMETER_BYTES);
        parameters.putLong(0, key).putLong(8, serviceKey);
        return new ScsiCommand(
                name,
                Cdb.of(OUT, action, type, 0, 0, 0, 0, 0, PARAMETER_BYTES, 0),
                Direction.OUT,
                parameters,
                PrimaryCommands.SHORT);
    }

    private static ScsiCommand in(String name, int action, ByteBuffer answer) {
        int room = answer.remaining();
        return new ScsiCommand(
                name,
                Cdb.of(IN, action, 0, 0, 0, 0, 0, room >> 8, room & 0xff, 0),
                Direction.IN,
                answer,
                PrimaryCommands.SHORT);
    }
}
