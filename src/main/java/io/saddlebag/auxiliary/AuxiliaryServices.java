package io.saddlebag.auxiliary;

import io.saddlebag.rehearsal.ProtectedPlaces;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.rollforward.Recoveries;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What recoveries through an auxiliary instance work with.
 *
 * @param restoring as ordinary restores have it
 * @param protectedPlaces where no auxiliary instance may be
 * @param scratch the node's folder for them; may not exist yet; short, since the paths of sockets are
 */
public record AuxiliaryServices(
        RestoreServices restoring, Recoveries recoveries, ProtectedPlaces protectedPlaces, Clock clock, Path scratch) {}
