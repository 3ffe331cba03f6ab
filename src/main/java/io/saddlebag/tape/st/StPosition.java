package io.saddlebag.tape.st;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;

/** Where a drive stands: asked where it can tell, counted where it can't. Not thread-safe. */
final class StPosition {
    private static final long UNKNOWN = -1;

    private final String drive;
    private final StDevice device;
    private boolean told;
    private long next = UNKNOWN;
    private long warnedAt = Long.MAX_VALUE;

    StPosition(String drive, StDevice device) {
        this.drive = drive;
        this.device = device;
    }

    /** A medium became ready: finds out whether the drive tells. */
    void begin() {
        long position = device.position();
        told = position >= 0;
        next = told ? position : UNKNOWN;
        warnedAt = Long.MAX_VALUE;
    }

    boolean isTold() {
        return told;
    }

    boolean isKnown() {
        return next != UNKNOWN;
    }

    void forget() {
        next = UNKNOWN;
        warnedAt = Long.MAX_VALUE;
    }

    /** What is known by counting is no longer so. */
    void doubt() {
        next = UNKNOWN;
    }

    void passed(long before, int objects) {
        next = before + objects;
    }

    /** The object that comes next; the drive is asked only when that is in doubt. */
    long next() throws TapeException {
        if (next == UNKNOWN && told) {
            next = Math.max(UNKNOWN, device.position());
        }
        if (next == UNKNOWN) {
            throw lost();
        }
        return next;
    }

    private TapeException lost() {
        return new TapeException(
                TapeFault.POSITION_LOST,
                "drive " + drive + " does not say where it stands",
                "Rewind it, or repeat the job on another drive.");
    }

    /** A question that fails is no answer: whoever decides by it would guess. */
    private long asked() throws TapeException {
        long position = device.position();
        if (position < 0) {
            next = UNKNOWN;
            throw lost();
        }
        return position;
    }

    TapePosition now() throws TapeException {
        if (told) {
            next = UNKNOWN;
        }
        long value = next();
        return new TapePosition(new BlockAddress(value), value > warnedAt);
    }

    /** The drive itself says so. */
    boolean movedTo(long address) throws TapeException {
        return told && asked() == address;
    }

    /** Nothing was written: the drive says so, or the kernel alone has answered. */
    boolean stillAt(long address) throws TapeException {
        return !told || asked() == address;
    }

    /** What was warned of behind this place is taken back by writing here. */
    void writeAt(long address) {
        if (address < warnedAt) {
            warnedAt = Long.MAX_VALUE;
        }
    }

    /** Writing at this place met early warning. */
    void warn(long address) {
        warnedAt = Math.min(warnedAt, address);
    }

    /** Writing at this place is behind early warning. */
    boolean warned(long address) {
        return address >= warnedAt;
    }

    /** Goes back after a look at what comes next; where that is not possible the position is unknown. */
    void returnTo(long address) throws TapeException {
        doubt();
        if (told && next() != address) {
            device.operate(StCalls.MTSEEK, Math.toIntExact(address));
            doubt();
        }
    }
}
