package io.saddlebag.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a backup before its first byte.
 *
 * @param imageId as in the media's labels
 * @param name of the dataset or database; what {@code lsbu} and restores ask for
 * @param database the database it is of; null for plain files
 * @param at the instant whose state the image holds: the snapshot's
 * @param consistency the snapshot's, as an upper-case word
 * @param layers from the inside to the outside
 * @param facts further facts to keep, e.g. the provider's name
 */
public record NewBackup(
        String imageId,
        String name,
        @Nullable String database,
        String job,
        String host,
        Instant at,
        String consistency,
        List<String> layers,
        Map<String, String> facts) {
    public NewBackup {
        layers = List.copyOf(layers);
        facts = Map.copyOf(facts);
    }

    /** With these layers in the place of its own. */
    NewBackup withLayers(List<String> others) {
        return new NewBackup(imageId, name, database, job, host, at, consistency, others, facts);
    }

    /** With these facts in the place of its own. */
    public NewBackup withFacts(Map<String, String> others) {
        return new NewBackup(imageId, name, database, job, host, at, consistency, layers, others);
    }
}
