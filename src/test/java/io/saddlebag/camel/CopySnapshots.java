package io.saddlebag.camel;

import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Copies files and the files of flat folders, and fails when it is told to. */
final class CopySnapshots implements SnapshotProvider {
    private final Path below;
    private final List<String> events;
    final AtomicInteger failing = new AtomicInteger();
    volatile Consistency consistency = Consistency.PER_FILE;
    /** What a writer says that it covered. */
    volatile List<CoveredComponent> covered = List.of();

    volatile Runnable whenTaken = () -> {};

    CopySnapshots(Path below, List<String> events) {
        this.below = below;
        this.events = events;
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
    public boolean independent() {
        return true;
    }

    @Override
    public Suitability suitability(Path path) {
        return new Suitability(true, "it copies");
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        events.add("snapshot");
        if (failing.getAndDecrement() > 0) {
            throw new BackupException(SnapshotFault.FAILED, "no snapshot could be taken", "Look at the file system.");
        }
        whenTaken.run();
        List<Snapshot.View> views = new ArrayList<>();
        for (Path path : paths) {
            Path copy = below.resolve(id).resolve(Integer.toString(views.size()));
            if (Files.isRegularFile(path)) {
                Files.createDirectories(below.resolve(id));
                views.add(new Snapshot.View(path, Files.copy(path, copy)));
                continue;
            }
            Files.createDirectories(copy);
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
            views.add(new Snapshot.View(path, copy));
        }
        return new Snapshot(id, name(), consistency(), true, Instant.EPOCH, Duration.ZERO, views, Map.of());
    }

    @Override
    public List<CoveredComponent> confirm(Snapshot snapshot) {
        return covered;
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        events.add("release");
        remove(snapshot.id());
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        remove(id);
    }

    List<Path> left() throws IOException {
        if (Files.notExists(below)) {
            return List.of();
        }
        try (Stream<Path> there = Files.list(below)) {
            return there.toList();
        }
    }

    private void remove(String id) throws IOException {
        Path copies = below.resolve(id);
        if (Files.notExists(copies)) {
            return;
        }
        try (Stream<Path> all = Files.walk(copies)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
