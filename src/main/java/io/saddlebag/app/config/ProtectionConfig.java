package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.saddlebag.database.Protection;
import java.util.Collection;
import java.util.Map;

/** Option {@code protection} of a database (J21). */
record ProtectionConfig(Protection value) {
    private static final Map<String, Protection> NAMES =
            Map.of("archive-log", Protection.ARCHIVE_LOG, "continuous-operation", Protection.CONTINUOUS_OPERATION);

    /** @throws IllegalArgumentException for anything but one of the two names */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ProtectionConfig of(Object given) {
        if (given instanceof Collection<?> several) {
            throw new IllegalArgumentException("a database has one protection, not " + several
                    + ": archive-log keeps the journals that continuous-operation merges and throws away; choose one");
        }
        Protection known = NAMES.get(String.valueOf(given));
        if (known == null) {
            throw new IllegalArgumentException(
                    "'" + given + "' is no protection; valid are archive-log and continuous-operation");
        }
        return new ProtectionConfig(known);
    }
}
