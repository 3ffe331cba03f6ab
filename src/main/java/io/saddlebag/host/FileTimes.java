package io.saddlebag.host;

import java.time.Instant;

/**
 * As far as the file system keeps them; to the nanosecond where it can.
 *
 * @param changed when content or attributes last changed (ctime); can't be set
 */
public record FileTimes(Instant accessed, Instant modified, Instant changed) {}
