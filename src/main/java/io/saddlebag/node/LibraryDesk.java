package io.saddlebag.node;

import io.saddlebag.library.Library;
import io.saddlebag.library.Shelf;
import io.saddlebag.volume.Cleaning;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.VolumeOperations;
import org.jspecify.annotations.Nullable;

/**
 * What operators can do with one library (M13).
 *
 * @param robot moves cartridges
 * @param volumes reads and writes labels
 * @param cleaning of its drives (M17)
 * @param shelf where cartridges come from and go to; null for a library that takes an operator's hand for that
 */
public record LibraryDesk(
        Library library,
        RobotOperations robot,
        VolumeOperations volumes,
        Cleaning cleaning,
        @Nullable Shelf shelf) {}
