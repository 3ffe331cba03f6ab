package io.saddlebag.snapshot;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A frozen view.
 *
 * @param at the instant whose state it holds
 * @param took how long the source had to stand still for it
 * @param views for each path asked for, where its frozen state is read
 * @param facts what the provider needs to release it in another process
 */
public record Snapshot(
        String id,
        String provider,
        Consistency consistency,
        boolean independent,
        Instant at,
        Duration took,
        List<View> views,
        Map<String, String> facts) {
    public Snapshot {
        views = List.copyOf(views);
        facts = Map.copyOf(facts);
    }

    /** @param source as asked for; {@code frozen} equals it for provider {@code none} */
    public record View(Path source, Path frozen) {}
}
