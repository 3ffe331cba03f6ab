package io.saddlebag.pool;

import io.saddlebag.host.Instances;
import java.io.IOException;
import java.nio.file.Path;

/** Tells who of those that write to a pool is still alive, whatever node they belong to. */
@FunctionalInterface
public interface WriterLocks {
    /** @param folder in the pool, for their locks; made when it is missing */
    Instances in(Path folder) throws IOException;
}
