package io.saddlebag.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of what is right in a folder of a state.
 *
 * @param objects by their names, in {@link NameOrder}: all there are from the name that was asked for up to {@code next}, which may be none
 * @param next where the next piece begins; null when this is the last one
 */
public record StatePage(List<StateObject> objects, @Nullable String next) {
    public StatePage {
        objects = List.copyOf(objects);
    }
}
