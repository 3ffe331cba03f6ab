package io.saddlebag.lane;

import java.io.IOException;

/** The work on one lane. */
@FunctionalInterface
public interface LaneTask<T> {
    /**
     * @param index of the lane, from 0
     * @param others tells how the other lanes fare; to be asked now and then
     */
    T run(int index, LaneGroup others) throws IOException, InterruptedException;
}
