package io.saddlebag.scsi;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * What a device meant with CHECK CONDITION: sense data in fixed or descriptor form (SPC-4, 4.5). Anything too short or of
 * an unknown form reads as {@link #NOTHING}: a device that says nothing useful must not stop us from saying that.
 *
 * @param deferred it belongs to a command that was answered before, such as a buffered write
 * @param key sense key, 0 to 15
 * @param filemark the tape met a filemark
 * @param endOfMedium the tape is past its early-warning point, or before its beginning
 * @param incorrectLength the block is not as long as was asked for
 * @param information signed as in SSC-3: requested minus found; empty when not valid
 */
public record SenseData(
        boolean deferred,
        int key,
        int asc,
        int ascq,
        boolean filemark,
        boolean endOfMedium,
        boolean incorrectLength,
        OptionalInt information) {
    public static final int NO_SENSE = 0;
    public static final int RECOVERED_ERROR = 1;
    public static final int NOT_READY = 2;
    public static final int MEDIUM_ERROR = 3;
    public static final int HARDWARE_ERROR = 4;
    public static final int ILLEGAL_REQUEST = 5;
    public static final int UNIT_ATTENTION = 6;
    public static final int DATA_PROTECT = 7;
    public static final int BLANK_CHECK = 8;
    public static final int ABORTED_COMMAND = 0xb;
    public static final int VOLUME_OVERFLOW = 0xd;

    /** No sense data. */
    public static final SenseData NOTHING =
            new SenseData(false, NO_SENSE, 0, 0, false, false, false, OptionalInt.empty());

    private static final int FIXED_CURRENT = 0x70;
    private static final int FIXED_DEFERRED = 0x71;
    private static final int DESCRIPTOR_CURRENT = 0x72;
    private static final int DESCRIPTOR_DEFERRED = 0x73;
    private static final int DESCRIPTORS_AT = 8;
    private static final int INFORMATION_DESCRIPTOR = 0x00;
    private static final int STREAM_DESCRIPTOR = 0x04;

    public static SenseData of(ScsiReply reply) {
        return parse(reply.sense());
    }

    /** Never throws. */
    public static SenseData parse(byte[] sense) {
        int form = at(sense, 0) & 0x7f;
        return switch (form) {
            case FIXED_CURRENT, FIXED_DEFERRED -> fixed(sense, form == FIXED_DEFERRED);
            case DESCRIPTOR_CURRENT, DESCRIPTOR_DEFERRED -> descriptors(sense, form == DESCRIPTOR_DEFERRED);
            default -> NOTHING;
        };
    }

    private static SenseData fixed(byte[] sense, boolean deferred) {
        int flags = at(sense, 2);
        boolean valid = (at(sense, 0) & 0x80) != 0 && sense.length >= 7;
        return new SenseData(
                deferred,
                flags & 0x0f,
                at(sense, 12),
                at(sense, 13),
                (flags & 0x80) != 0,
                (flags & 0x40) != 0,
                (flags & 0x20) != 0,
                valid ? OptionalInt.of(be32(sense, 3)) : OptionalInt.empty());
    }

    private static SenseData descriptors(byte[] sense, boolean deferred) {
        int flags = 0;
        OptionalInt information = OptionalInt.empty();
        int end = Math.min(sense.length, DESCRIPTORS_AT + at(sense, 7));
        for (int d = DESCRIPTORS_AT; d + 2 <= end; d += 2 + at(sense, d + 1)) {
            int type = at(sense, d);
            boolean whole = d + 2 + at(sense, d + 1) <= end;
            if (type == STREAM_DESCRIPTOR && whole && at(sense, d + 1) >= 2) {
                flags = at(sense, d + 3);
            }
            // the upper half of eight bytes is a sign extension for a tape's residue
            if (type == INFORMATION_DESCRIPTOR && whole && at(sense, d + 1) >= 10 && (at(sense, d + 2) & 0x80) != 0) {
                information = OptionalInt.of(be32(sense, d + 8));
            }
        }
        return new SenseData(
                deferred,
                at(sense, 1) & 0x0f,
                at(sense, 2),
                at(sense, 3),
                (flags & 0x80) != 0,
                (flags & 0x40) != 0,
                (flags & 0x20) != 0,
                information);
    }

    public boolean is(int wantedKey, int wantedAsc, int wantedAscq) {
        return key == wantedKey && asc == wantedAsc && ascq == wantedAscq;
    }

    public boolean isUnitAttention() {
        return key == UNIT_ATTENTION;
    }

    /** Another host took a persistent reservation or registration away (SPC-4, 5.12.11). */
    public boolean saysReservationIsGone() {
        return key == UNIT_ATTENTION && asc == 0x2a && ascq >= 0x03 && ascq <= 0x05;
    }

    /** The command was carried out, perhaps with an effort; flags say what it met. */
    public boolean isNoError() {
        return key == NO_SENSE || key == RECOVERED_ERROR;
    }

    /** It gets ready by itself: waiting helps. */
    public boolean isBecomingReady() {
        return key == NOT_READY && asc == 0x04 && (ascq == 0x01 || ascq == 0x07);
    }

    public boolean isNoMedium() {
        return key == NOT_READY && asc == 0x3a;
    }

    /** A cartridge of another generation or kind, or one for cleaning; vendors don't agree on the key. */
    public boolean isUnusableMedium() {
        return asc == 0x30 && (key == NOT_READY || key == MEDIUM_ERROR || key == ILLEGAL_REQUEST);
    }

    /** The sum behind a block doesn't fit it (logical block guard check failed); makers don't agree on the key. */
    public boolean isGuardCheckFailed() {
        return asc == 0x10 && ascq == 0x01;
    }

    /** The device doesn't know the command at all. */
    public boolean isUnsupportedCommand() {
        return key == ILLEGAL_REQUEST && asc == 0x20;
    }

    /** {@code 3/11/00}, as manuals list it, and {@code deferred} before it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s%x/%02x/%02x", deferred ? "deferred " : "", key, asc, ascq);
    }

    private static int at(byte[] sense, int index) {
        return index < sense.length ? sense[index] & 0xff : 0;
    }

    private static int be32(byte[] sense, int index) {
        return at(sense, index) << 24 | at(sense, index + 1) << 16 | at(sense, index + 2) << 8 | at(sense, index + 3);
    }
}
