package io.saddlebag.node;

import io.saddlebag.library.HostReservations;
import io.saddlebag.library.Library;
import io.saddlebag.library.Shelf;
import io.saddlebag.volume.DriveOperations;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.VolumeOperations;
import org.jspecify.annotations.Nullable;

/**
 * What operators can do with one library (M13).
 *
 * @param robot moves cartridges
 * @param volumes reads and writes labels
 * @param drives reserves, mounts and cleans them
 * @param shelf where cartridges come from and go to; null for a library that takes an operator's hand for that
 * @param hosts what other hosts have reserved there; null for a library that no other host uses
 */
public record LibraryDesk(
        Library library,
        RobotOperations robot,
        VolumeOperations volumes,
        DriveOperations drives,
        @Nullable Shelf shelf,
        @Nullable HostReservations hosts) {
    /** Of a library that no other host uses. */
    public LibraryDesk(
            Library library,
            RobotOperations robot,
            VolumeOperations volumes,
            DriveOperations drives,
            @Nullable Shelf shelf) {
        this(library, robot, volumes, drives, shelf, null);
    }
}
