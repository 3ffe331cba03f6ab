package io.saddlebag.restore;

import io.saddlebag.age.KeyFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageFault;
import io.saddlebag.job.JobFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures to read what is stored, which another copy helps against, from those of what is written and from wishes to stop
 * (R5). Thread-safe.
 */
final class ReadTrouble {
    private static final int DEEPEST_CAUSE = 20;

    private final Set<Throwable> reading =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /** Notes the failure, and returns it to be thrown. */
    <E extends Throwable> E noted(E failure) {
        reading.add(failure);
        return failure;
    }

    /** Does it, and notes its failure. */
    <T> T told(Opening<T> opening) throws IOException, InterruptedException {
        try {
            return opening.open();
        } catch (IOException e) {
            throw noted(e);
        }
    }

    /** Whether that failure came of what is stored: it couldn't be had, or it isn't what it was. */
    boolean caused(Throwable failure) {
        boolean found = false;
        @Nullable Throwable at = failure;
        for (int depth = 0; at != null && depth < DEEPEST_CAUSE; depth++) {
            if (at instanceof InterruptedIOException
                    || (at instanceof BackupException known
                            && (known.is(JobFault.CANCELLED) || known.code() instanceof KeyFault))) {
                return false;
            }
            found |= reading.contains(at)
                    || (at instanceof BackupException damage
                            && (damage.code() instanceof ImageFault || damage.is(RestoreFault.DIFFERS)));
            at = at.getCause();
        }
        return found;
    }

    /** Gets at what is stored. */
    @FunctionalInterface
    interface Opening<T> {
        T open() throws IOException, InterruptedException;
    }
}
