package io.saddlebag.camel.pool;

/** What a pool endpoint does. */
public enum PoolOperation {
    /** Writes the body's image. */
    WRITE,
    /** Lets what has expired go. */
    PRUNE,
    /** Takes a copy of an image that is elsewhere. */
    COPY
}
