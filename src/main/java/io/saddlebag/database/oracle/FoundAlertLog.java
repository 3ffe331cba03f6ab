package io.saddlebag.database.oracle;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An alert log as it is now, or why nobody can look at it. That is no reason to leave an instance down: it is one to prove nothing.
 *
 * @param missing why there is none, to follow the database's name; empty when there is one
 */
record FoundAlertLog(@Nullable AlertLog log, String missing) {
    /** @param place null when neither the configuration nor the instance tells */
    static FoundAlertLog at(@Nullable Path place) {
        if (place == null) {
            return new FoundAlertLog(null, "has an alert log of which the place isn't known");
        }
        try {
            return new FoundAlertLog(AlertLog.read(place), "");
        } catch (NoSuchFileException gone) {
            return new FoundAlertLog(null, "has no alert log " + place);
        } catch (IOException unreadable) {
            return new FoundAlertLog(
                    null, "has an alert log " + place + " that can't be read: " + unreadable.getMessage());
        }
    }

    Optional<AlertLog> found() {
        return Optional.ofNullable(log);
    }
}
