package io.saddlebag.journal.stream;

/**
 * How far a receiver is. Positions are bytes from the beginning of the log; 0 where nothing is known yet.
 *
 * @param connected whether the server sends
 * @param received arrived, and perhaps not durable
 * @param durable on the receiver's disk, and the server knows
 * @param serverEnd so far the server's log was durable when it said something last
 */
public record StreamProgress(boolean connected, long timeline, long received, long durable, long serverEnd) {
    static final StreamProgress NONE = new StreamProgress(false, 0, 0, 0, 0);

    StreamProgress disconnected() {
        return new StreamProgress(false, timeline, received, durable, serverEnd);
    }
}
