package io.saddlebag.volume;

import io.saddlebag.tape.DensitySetting;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tapeoption.Density;
import java.io.IOException;

/** Tells drives how densely to write, and refuses what a drive can't (M5). */
final class Densities {
    private Densities() {}

    /** @throws VolumeException {@link VolumeFault#DENSITY} naming the drive */
    static DensitySetting of(TapeDrive drive, Density density) throws VolumeException {
        if (drive instanceof DensitySetting setting) {
            return setting;
        }
        throw new VolumeException(
                VolumeFault.DENSITY,
                "drive " + drive.name() + " can't be told density " + density,
                "Leave the option out, or use a drive that knows densities.");
    }

    /** Before the first record of a volume is written. */
    static void set(TapeDrive drive, Density density) throws IOException {
        of(drive, density).setDensity(density.name(), density.compaction().name());
    }
}
