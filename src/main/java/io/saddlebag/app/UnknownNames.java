package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.MediaFamily;
import java.util.List;

/** Says what there is when somebody asked for what there isn't. */
final class UnknownNames {
    private UnknownNames() {}

    static BackupException family(String name, List<MediaFamily> known) {
        String there = known.isEmpty()
                ? "there is none"
                : "there are " + String.join(", ", known.stream().map(MediaFamily::name).toList());
        return new BackupException(
                ConfigFault.UNKNOWN_NAME,
                "there is no media family '" + name + "' in " + ConfigFile.PLACE + "; " + there,
                "Name one of those, or add it to the configuration.");
    }
}
