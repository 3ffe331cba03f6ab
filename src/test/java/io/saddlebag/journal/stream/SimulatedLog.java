package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import java.util.OptionalLong;
import java.util.Random;

/** {@link TwinLog} whose content costs little: of most segments only the beginning was written before a switch, and the rest is zeros. */
class SimulatedLog extends TwinLog {
    private static final int WRITTEN = 9000;
    private static final int FULL_ONES = 6;
    private static final byte[] POOL = new byte[SEGMENT + (1 << 16)];

    static {
        Random random = new Random(1);
        for (int i = 0; i < POOL.length; i++) {
            POOL[i] = (byte) (1 + random.nextInt(255));
        }
    }

    /** Whether it may have lost what nobody had received. */
    boolean lossy;

    /** Whether the connection of now is of no use any more. */
    private boolean broken;

    private boolean reported;

    /** The end that it had before it fell behind. */
    long farthest;

    @Override
    byte[] bytes(long of, long from, long to) {
        byte[] bytes = new byte[(int) (to - from)];
        long at = from;
        for (var left : ends.headMap(of).entrySet()) {
            if (at < left.getValue()) {
                long until = Math.min(to, left.getValue());
                put(bytes, left.getKey(), from, at, until);
                at = until;
            }
        }
        put(bytes, of, from, at, to);
        return bytes;
    }

    /** So much of a segment isn't zeros. */
    static int written(long segment) {
        return segment % FULL_ONES == 1 ? SEGMENT : WRITTEN;
    }

    private static void put(byte[] bytes, long timeline, long origin, long from, long to) {
        for (long at = from; at < to; ) {
            long begin = at / SEGMENT * SEGMENT;
            long end = Math.min(to, begin + written(at / SEGMENT));
            if (end > at) {
                int key = (int) ((timeline * 7919 + begin / SEGMENT * 104_729) % (1 << 16));
                System.arraycopy(POOL, (int) (key + at - begin), bytes, (int) (at - origin), (int) (end - at));
            }
            at = begin + SEGMENT;
        }
    }

    /** What happened to it may end the connection. */
    void breakIfBroken() throws BackupException {
        if (broken) {
            broken = false;
            throw new BackupException(LogFault.CONNECTION, "connection reset", "None.");
        }
    }

    @Override
    void reported(long of, long from, long durable) {
        reported |= durable > 0 && slot.is(SlotState.Presence.THERE);
    }

    /** It keeps no more than it has to: a slot that was made anew keeps less than what was reported to the one before. */
    void removeWhatNobodyNeeds() {
        if (slot.is(SlotState.Presence.THERE)) {
            lossy |= !reported;
            removedBefore = Math.max(removedBefore, Math.min(slot.restart(), end) / SEGMENT * SEGMENT);
        }
    }

    /** It gives up the slot, or somebody removes it, and what it kept is gone up to that position. */
    void loseSlot(boolean known, long before) {
        lossy = true;
        reported = false;
        slot = known ? new SlotState(SlotState.Presence.LOST, 0, OptionalLong.empty()) : SlotState.MISSING;
        removedBefore = Math.max(removedBefore, before / SEGMENT * SEGMENT);
    }

    /** Another server takes over, with what it had received of this one, and perhaps without the slot. */
    void promote(long at, boolean withSlot) {
        farthest = 0;
        broken |= at < end;
        switchTimeline(at);
        end = at;
        removedBefore = Math.min(removedBefore, at / SEGMENT * SEGMENT);
        if (!withSlot || slot.restart() > at) {
            slot = SlotState.MISSING;
            reported = false;
        }
    }

    /** As a standby that was begun anew: it has what it had before once it has got it again. */
    void fallBehind(long to) {
        farthest = Math.max(farthest, end);
        broken = true;
        end = to;
        removedBefore = Math.min(removedBefore, to / SEGMENT * SEGMENT);
    }

    void catchUp() {
        end = Math.max(end, farthest);
        farthest = 0;
    }
}
