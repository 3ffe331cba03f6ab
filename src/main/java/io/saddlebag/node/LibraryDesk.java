package io.saddlebag.node;

import io.saddlebag.job.JobRun;
import io.saddlebag.library.Library;
import io.saddlebag.operator.Carrier;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.DriveOperations;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.VolumeOperations;
import java.io.IOException;

/**
 * What operators can do with one library (M13).
 *
 * @param robot moves cartridges
 * @param volumes reads and writes labels
 * @param drives reserves, mounts and cleans them
 * @param carriers bring cartridges in and out, by themselves or by an operator's hand
 */
public record LibraryDesk(
        Library library, RobotOperations robot, VolumeOperations volumes, DriveOperations drives, Carriers carriers) {
    /** Carriers of a job. */
    @FunctionalInterface
    public interface Carriers {
        /** @param prompt who is asked where a hand is needed (M5) */
        Carrier of(JobRun job, Prompt prompt) throws IOException;
    }
}
