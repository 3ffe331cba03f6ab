package io.saddlebag.node;

import io.saddlebag.job.JobRun;
import io.saddlebag.library.HostReservations;
import io.saddlebag.library.Library;
import io.saddlebag.operator.Carrier;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.DriveOperations;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.VolumeOperations;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What operators can do with one library (M13).
 *
 * @param robot moves cartridges
 * @param volumes reads and writes labels
 * @param drives reserves, mounts and cleans them
 * @param carriers bring cartridges in and out, by themselves or by an operator's hand
 * @param hosts what other hosts have reserved there; null for a library that no other host uses
 */
public record LibraryDesk(
        Library library,
        RobotOperations robot,
        VolumeOperations volumes,
        DriveOperations drives,
        Carriers carriers,
        @Nullable HostReservations hosts) {
    /** Of a library that no other host uses. */
    public LibraryDesk(
            Library library,
            RobotOperations robot,
            VolumeOperations volumes,
            DriveOperations drives,
            Carriers carriers) {
        this(library, robot, volumes, drives, carriers, null);
    }

    /** Carriers of a job. */
    @FunctionalInterface
    public interface Carriers {
        /** @param prompt who is asked where a hand is needed (M5) */
        Carrier of(JobRun job, Prompt prompt) throws IOException;
    }
}
