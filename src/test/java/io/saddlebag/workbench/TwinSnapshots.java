package io.saddlebag.workbench;

import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.SharedRoom;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Copies trees. Takes a second. */
public final class TwinSnapshots implements SnapshotProvider {
    public volatile Trouble beforeCreate = Trouble.NONE;
    public volatile Trouble afterCreate = Trouble.NONE;
    public volatile Trouble beforeRelease = Trouble.NONE;
    public volatile Trouble afterRelease = Trouble.NONE;
    public volatile Trouble whenAskedIfIntact = Trouble.NONE;

    /** What takes part says that it was covered; nobody takes part while it is empty. */
    public volatile List<CoveredComponent> covered = List.of();

    public volatile Consistency consistency = Consistency.PER_FILE;
    /** Whether views are kept for going on (D6). */
    public volatile boolean outlivesProcess = true;

    /** For how long it says that it held writes itself. */
    public volatile Optional<Duration> frozen = Optional.of(Duration.ZERO);

    /** What is left where the views are. */
    public volatile List<SharedRoom> room = List.of();

    public volatile Trouble atConfirm = Trouble.NONE;
    private final Path below;
    private final List<String> events;
    private final SimulatedTime time;

    TwinSnapshots(Path below, List<String> events, SimulatedTime time) {
        this.below = below;
        this.events = events;
        this.time = time;
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public Consistency consistency() {
        return consistency;
    }

    @Override
    public boolean keepsInodes(Snapshot snapshot) {
        return false;
    }

    /** As it was asked for last. */
    public volatile @Nullable Duration longestFreeze;

    @Override
    public SnapshotProvider within(Duration limit) {
        longestFreeze = limit;
        return this;
    }

    @Override
    public boolean independent() {
        return true;
    }

    @Override
    public Suitability suitability(Path path) {
        return new Suitability(true, "it copies");
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        events.add("snapshot of " + paths.size());
        happens(beforeCreate);
        List<Snapshot.View> views = new ArrayList<>();
        for (Path path : paths) {
            Path copy = below.resolve(id).resolve(Integer.toString(views.size()));
            Files.createDirectories(copy.getParent());
            Trees.copy(path, copy);
            views.add(new Snapshot.View(path, copy));
        }
        time.pass(Duration.ofSeconds(1));
        happens(afterCreate);
        return new Snapshot(
                id, name(), consistency(), true, time.instant(), Duration.ofSeconds(1), frozen, views, Map.of());
    }

    @Override
    public RoomGauge room(List<Path> sources) {
        return () -> room;
    }

    @Override
    public boolean outlivesProcess(Snapshot snapshot) {
        return outlivesProcess;
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        happens(whenAskedIfIntact);
    }

    @Override
    public List<CoveredComponent> confirm(Snapshot snapshot) throws IOException {
        if (!covered.isEmpty()) {
            events.add("confirm");
        }
        happens(atConfirm);
        return covered;
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        events.add("release");
        happens(beforeRelease);
        Trees.remove(below.resolve(snapshot.id()));
        happens(afterRelease);
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        events.add("discard");
        Trees.remove(below.resolve(id));
    }

    /** Names of the views that are there. */
    public List<String> left() throws IOException {
        if (Files.notExists(below)) {
            return List.of();
        }
        try (Stream<Path> there = Files.list(below)) {
            return there.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static void happens(Trouble trouble) throws IOException {
        try {
            trouble.happens();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
