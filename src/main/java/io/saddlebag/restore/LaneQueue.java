package io.saddlebag.restore;

import java.util.ArrayDeque;
import java.util.Deque;

/** The lanes of an image that wait for a reader with a drive (M28). Thread-safe. */
final class LaneQueue {
    /** There is no lane left to be read. */
    static final int NONE = 0;

    private final Deque<Integer> lanes = new ArrayDeque<>();
    private final int readers;
    private int working;
    private long ended;

    LaneQueue(int lanes, int drives) {
        for (int lane = 1; lane <= lanes; lane++) {
            this.lanes.add(lane);
        }
        this.readers = Math.min(lanes, drives);
        this.working = readers;
    }

    int readers() {
        return readers;
    }

    /** How many readers have nothing more to do. */
    synchronized long ended() {
        return ended;
    }

    /** The next lane, from 1; after {@link #NONE} the reader is done. */
    synchronized int take() {
        Integer lane = lanes.poll();
        if (lane == null) {
            leave();
            return NONE;
        }
        return lane;
    }

    /**
     * A reader found no drive for its lane.
     *
     * @param endedBefore of {@link #ended} before it looked for one
     */
    synchronized Verdict without(int lane, long endedBefore) {
        if (working > 1) {
            lanes.addFirst(lane);
            leave();
            return Verdict.LEFT_TO_OTHERS;
        }
        return ended == endedBefore ? Verdict.IN_VAIN : Verdict.TRY_AGAIN;
    }

    private void leave() {
        working--;
        ended++;
    }

    enum Verdict {
        /** The reader is done: those with drives come to its lane. */
        LEFT_TO_OTHERS,
        /** Another reader has given its drive back meanwhile. */
        TRY_AGAIN,
        /** Nobody here will give a drive back. */
        IN_VAIN
    }
}
