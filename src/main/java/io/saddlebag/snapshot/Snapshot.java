package io.saddlebag.snapshot;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A frozen view.
 *
 * @param at the instant whose state it holds
 * @param took how long the source had to stand still for it
 * @param frozen for how long the provider itself held writes to the source, at most; zero where it holds none, empty where nobody knows
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
        Optional<Duration> frozen,
        List<View> views,
        Map<String, String> facts) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

    public Snapshot {
        checkId(id);
        views = List.copyOf(views);
        facts = Map.copyOf(facts);
    }

    /** For whose making the provider held no writes. */
    public Snapshot(
            String id,
            String provider,
            Consistency consistency,
            boolean independent,
            Instant at,
            Duration took,
            List<View> views,
            Map<String, String> facts) {
        this(id, provider, consistency, independent, at, took, Optional.of(Duration.ZERO), views, facts);
    }

    /** @throws IllegalArgumentException unless it is 1 to 64 letters, digits and hyphens, no hyphen first */
    public static void checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no snapshot id; valid are 1 to 64 letters, digits and hyphens, no hyphen first");
        }
    }

    /** @param source as asked for; {@code frozen} equals it for provider {@code none} */
    public record View(Path source, Path frozen) {}
}
