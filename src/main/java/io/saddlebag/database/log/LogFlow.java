package io.saddlebag.database.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** What arrives, message by message. One thread. */
public interface LogFlow {
    enum Kind {
        /** Nothing within the time. */
        NOTHING,
        /** {@link #bytes()} from {@link #position()} on. */
        BYTES,
        /** The server lives, and may want an answer. */
        ALIVE,
        /** The timeline has ended: {@link #nextTimeline()}. The connection can be used for another flow. */
        END
    }

    /**
     * The next message.
     *
     * @param wait at most so long, to the millisecond; zero for what is here already
     * @throws IOException {@link LogFault#CONNECTION} when the connection is lost or the server ends
     */
    Kind next(Duration wait) throws IOException;

    /** Of the first byte. */
    long position();

    /** Good until the next message. */
    ByteBuffer bytes();

    /** So far the server's log was durable when it sent the last message. */
    long serverEnd();

    boolean answerWanted();

    long nextTimeline();

    /** Tells the server how far all is durable here: it keeps nothing before that, and commits may rely on it. */
    void report(long durable) throws IOException;
}
