package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.diskimage.VolumeFacts;
import io.saddlebag.qcow2.Qcow2Chain;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Whether an image has all that it is an overlay of. */
final class VolumeLineage {
    /** As many images as are opened above one another. */
    private static final int MAX_IMAGES = Qcow2Chain.MAX_IMAGES - 1;

    private VolumeLineage() {}

    /** Why a further image can't be put on top of that backup; empty when it can. */
    static Optional<String> faultOf(Catalog catalog, Backup backup) throws IOException {
        Backup at = backup;
        for (int images = 1; images < MAX_IMAGES; images++) {
            if (at.state() != Backup.State.COMPLETE) {
                return Optional.of("backup " + at.id() + ", which it would be an overlay of, is "
                        + at.state().name().toLowerCase(Locale.ROOT));
            }
            Optional<String> parent = VolumeFacts.of(at.about().facts()).flatMap(VolumeFacts::parentImage);
            if (parent.isEmpty()) {
                return Optional.empty();
            }
            Optional<Backup> below = catalog.findImage(parent.get());
            if (below.isEmpty()) {
                return Optional.of("image " + parent.get() + " below backup " + at.id() + " is not in the catalog");
            }
            at = below.get();
        }
        return Optional.of("there are " + MAX_IMAGES + " images above one another already");
    }
}
