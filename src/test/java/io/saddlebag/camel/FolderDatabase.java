package io.saddlebag.camel;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.workbench.TwinWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A database that is a folder, and that refuses to stop or start when it is told to. */
final class FolderDatabase implements DatabaseAdapter {
    final TwinWriter writer;
    private final String name;
    private final Path folder;
    private final List<String> events;
    final AtomicInteger failingStops = new AtomicInteger();
    final AtomicInteger failingStarts = new AtomicInteger();
    volatile DatabaseState state = DatabaseState.OPEN;

    FolderDatabase(String name, Path folder, List<String> events) {
        this.name = name;
        this.folder = folder;
        this.events = events;
        this.writer = new TwinWriter(folder, folder.resolveSibling(name + "-journal"), events);
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return Optional.of(writer);
    }

    static List<String> events() {
        return new CopyOnWriteArrayList<>();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String engine() {
        return "folder";
    }

    @Override
    public DatabaseState state() {
        return state;
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws BackupException {
        events.add("stop " + name);
        if (failingStops.getAndDecrement() > 0) {
            throw new BackupException(
                    DatabaseFault.STOP_FAILED, name + " did not stop within " + timeout, "Look at it.");
        }
        state = DatabaseState.STOPPED;
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws BackupException {
        events.add("start " + name);
        if (failingStarts.getAndDecrement() > 0) {
            throw new BackupException(
                    DatabaseFault.START_FAILED, name + " did not start within " + timeout, "Look at it.");
        }
        state = DatabaseState.OPEN;
    }

    @Override
    public List<DatabaseComponent> components() {
        return List.of(new DatabaseComponent("data", DatabaseComponent.Kind.DATA, folder, List.of()));
    }

    @Override
    public String verifyOpen(Duration timeout) throws BackupException {
        if (state != DatabaseState.OPEN) {
            throw new BackupException(DatabaseFault.NOT_OPEN, name + " is " + state, "Start it.");
        }
        return name + " is open";
    }
}
