package io.saddlebag.workbench;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.PartSwitch;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A database that is some folders. Stopping and starting take a second each. */
public final class TwinDatabase implements DatabaseAdapter {
    private static final Duration SECOND = Duration.ofSeconds(1);

    public volatile Trouble beforeStop = Trouble.NONE;
    public volatile Trouble afterStop = Trouble.NONE;
    public volatile Trouble beforeStart = Trouble.NONE;
    public volatile Trouble afterStart = Trouble.NONE;
    public volatile DatabaseState state = DatabaseState.OPEN;
    /** How it is backed up online. */
    public final TwinWriter writer;
    /** Where its folders are by now, by where they were. */
    public final Map<Path, Path> moved = new ConcurrentHashMap<>();
    /** Folders of which it keeps the place itself. */
    public final Set<Path> tablespaces = ConcurrentHashMap.newKeySet();

    /** What its headers say once it is stopped. */
    public volatile Optional<String> checkpoint = Optional.empty();

    public volatile Optional<PartSwitch> parts = Optional.empty();

    private final String name;
    private final List<Path> folders;
    private final List<String> events;
    private final SimulatedTime time;
    private final String of;

    TwinDatabase(String name, List<Path> folders, List<String> events, SimulatedTime time) {
        this(name, folders, events, time, "");
    }

    /** @param of what its events end with */
    TwinDatabase(String name, List<Path> folders, List<String> events, SimulatedTime time, String of) {
        this.of = of;
        this.name = name;
        this.folders = folders;
        this.events = events;
        this.time = time;
        this.writer = new TwinWriter(folders.get(0), folders.get(folders.size() - 1), events, of);
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return Optional.of(writer);
    }

    @Override
    public Optional<String> checkpoint(UnaryOperator<Path> view) {
        return Files.isDirectory(view.apply(folders.get(0))) ? checkpoint : Optional.empty();
    }

    @Override
    public Optional<PartSwitch> partSwitch() {
        return parts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String engine() {
        return "twin";
    }

    @Override
    public DatabaseState state() {
        return state;
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        events.add("stop" + of);
        beforeStop.happens();
        time.pass(SECOND);
        state = DatabaseState.STOPPED;
        afterStop.happens();
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        events.add("start" + of);
        beforeStart.happens();
        time.pass(SECOND);
        state = DatabaseState.OPEN;
        afterStart.happens();
    }

    @Override
    public List<DatabaseComponent> components() {
        List<DatabaseComponent> components = new ArrayList<>();
        for (Path folder : folders) {
            components.add(new DatabaseComponent(
                    folder.getFileName().toString(),
                    tablespaces.contains(folder) ? DatabaseComponent.Kind.TABLESPACE : DatabaseComponent.Kind.DATA,
                    moved.getOrDefault(folder, folder),
                    List.of("lock")));
        }
        return components;
    }

    @Override
    public String verifyOpen(Duration timeout) throws BackupException {
        if (state != DatabaseState.OPEN) {
            throw new BackupException(DatabaseFault.NOT_OPEN, name + " is " + state, "Start it.");
        }
        events.add("verify");
        return name + " is open";
    }
}
