package io.saddlebag.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files of an image that are known only when everything else has been read, such as what the end of a backup mode yields. */
interface LateFiles {
    LateFiles NONE = List::of;

    /** Asked once a reading of the image, when all else has been read. */
    List<LateFile> files() throws IOException;

    /** What is known of the source once they have been asked for, and wasn't before; kept with the backup. */
    default Map<String, String> facts() {
        return Map.of();
    }

    /** Whether everything else must have been read, and not just handed over, before they are asked for. */
    default boolean comeLastOfAll() {
        return false;
    }

    /**
     * @param source the name that it has in the image
     * @param from where it is read, or what its owner and rights are those of
     * @param content null for what {@code from} holds
     */
    record LateFile(Path source, Path from, @Nullable String content) {}
}
