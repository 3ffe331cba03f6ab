package io.saddlebag.snapshot.none;

import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads the source itself, which has to stand still until all of it is read. Thread-safe. */
public final class NoSnapshots implements SnapshotProvider {
    private final Clock clock;

    public NoSnapshots(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Consistency consistency() {
        return Consistency.NONE;
    }

    @Override
    public boolean independent() {
        return false;
    }

    @Override
    public Suitability suitability(Path path) {
        return new Suitability(true, "the source itself is read, and has to stand still meanwhile");
    }

    @Override
    public Snapshot create(String id, List<Path> paths) {
        List<Snapshot.View> views =
                paths.stream().map(path -> new Snapshot.View(path, path)).toList();
        return new Snapshot(id, name(), consistency(), false, clock.instant(), Duration.ZERO, views, Map.of());
    }

    @Override
    public void release(Snapshot snapshot) {
        // the view is the source, which stays
    }
}
