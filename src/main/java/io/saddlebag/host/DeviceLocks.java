package io.saddlebag.host;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Who uses a device, across all processes of this machine that look at the same locks (M19). A lock ends with its holder,
 * however that dies. Devices are known by what identifies them everywhere, such as a serial number. Thread-safe; a lock
 * taken twice in one process is refused the second time, too.
 */
public interface DeviceLocks {
    /** Takes the lock at once, or not at all. */
    Optional<Held> tryTake(String device) throws IOException;

    /**
     * Takes the lock as soon as nobody else has it.
     *
     * @throws InterruptedException when this thread is asked to stop while it waits
     */
    Held take(String device) throws IOException, InterruptedException;

    /** Who has the lock or had it last, for messages: {@code this process}, {@code process 4711}. */
    String holder(String device);

    /** A lock of ours; given back once, by any thread. */
    interface Held extends Closeable {}
}
