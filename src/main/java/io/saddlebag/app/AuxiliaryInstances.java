package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.auxiliary.AuxiliaryServices;
import io.saddlebag.auxiliary.BlockRecoveries;
import io.saddlebag.auxiliary.DatabaseRecoveries;
import io.saddlebag.rehearsal.ProtectedPlaces;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.rollforward.Recoveries;
import java.time.Clock;

/** Composes recoveries of parts of databases through auxiliary instances. */
record AuxiliaryInstances(DatabaseRecoveries databases, BlockRecoveries blocks) {
    /** In the state folder; short, since the paths of sockets are. */
    private static final String PLACE = "auxiliary";

    static AuxiliaryInstances of(
            ConfigFile config,
            RestoreServices restoring,
            Recoveries recoveries,
            ProtectedPlaces protectedPlaces,
            Clock clock) {
        AuxiliaryServices services = new AuxiliaryServices(
                restoring, recoveries, protectedPlaces, clock, config.state().resolve(PLACE));
        return new AuxiliaryInstances(new DatabaseRecoveries(services), new BlockRecoveries(services));
    }
}
