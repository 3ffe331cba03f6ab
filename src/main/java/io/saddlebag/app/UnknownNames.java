package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.VolumeId;
import java.util.List;

/** Says what there is when somebody asked for what there isn't. */
final class UnknownNames {
    private UnknownNames() {}

    static BackupException family(String name, List<MediaFamily> known) {
        String there = known.isEmpty()
                ? "there is none"
                : "there are "
                        + String.join(
                                ", ", known.stream().map(MediaFamily::name).toList());
        return new BackupException(
                ConfigFault.UNKNOWN_NAME,
                "there is no media family '" + name + "' in " + ConfigFile.PLACE + "; " + there,
                "Name one of those, or add it to the configuration.");
    }

    static BackupException volume(VolumeId id, String library) {
        return new BackupException(
                ConfigFault.UNKNOWN_NAME,
                "the catalog knows no barcode of volume " + id + ", so it can't be found in library " + library,
                "Read it in by its place with 'saddlebag catalog import'; 'saddlebag lsvol' lists what is known.");
    }
}
