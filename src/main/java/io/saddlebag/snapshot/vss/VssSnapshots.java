package io.saddlebag.snapshot.vss;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.ProviderProgram;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.vss.ShadowListing.ShadowCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Shadow copies of Windows volumes, all of one instant, with the writers of the machine taking part (W6, W10): Windows' own
 * {@code diskshadow} drives the service, by a script that is made for each snapshot. It stays while the image is written,
 * and tells the writers when that is durable ({@link #confirm}), or goes without a word.
 *
 * <p>A snapshot counts only when the program has come to the point at which it waits, its listing has exactly the copies that
 * were asked for under the aliases that they were given, every writer is well and each required one took part. Anything else
 * fails, and what was made is deleted by its id. Thread-safe.
 */
public final class VssSnapshots implements SnapshotProvider {
    private static final String SET = "set";
    private static final String SHADOW = "shadow.";
    private static final String VIEW = "view.";

    private final ShadowService service;
    private final VolumeMap volumes;
    private final Processes processes;
    private final ExecutorService workers;
    private final Clock clock;
    private final Waiter waiter;
    private final VssSettings settings;
    private final Map<String, HeldDialogue> dialogues = new ConcurrentHashMap<>();

    /** @param workers with a thread to spare for each snapshot that is held */
    public VssSnapshots(
            VolumeMap volumes,
            Processes processes,
            ExecutorService workers,
            Clock clock,
            Waiter waiter,
            VssSettings settings) {
        this.service = new ShadowService(processes, waiter, settings);
        this.volumes = volumes;
        this.processes = processes;
        this.workers = workers;
        this.clock = clock;
        this.waiter = waiter;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "vss";
    }

    @Override
    public Consistency consistency() {
        return Consistency.ATOMIC;
    }

    @Override
    public boolean independent() {
        return true;
    }

    /** The writers wait for the process that made it. */
    @Override
    public boolean outlivesProcess(Snapshot snapshot) {
        return false;
    }

    /** Asks the writers, which needs the same rights as a snapshot; nothing is frozen. */
    @Override
    public Suitability suitability(Path path) throws IOException {
        try {
            VolumeMap.Place place = volumes.placeOf(path);
            requireUsable();
            return new Suitability(true, "shadow copy of volume " + place.volume());
        } catch (BackupException e) {
            return new Suitability(false, e.what());
        }
    }

    private void requireUsable() throws IOException {
        for (Path folder : List.of(settings.work(), settings.views())) {
            if (!ShadowScript.isPlain(folder)) {
                throw SnapshotFailure.unsuitable(
                        folder + " can't stand in a script of diskshadow",
                        "Put the state folder where its path has letters, digits, dots, hyphens and underscores only.");
            }
        }
        service.requireWriters();
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Map<Path, VolumeMap.Place> places = new LinkedHashMap<>();
        List<String> distinct = new ArrayList<>();
        for (Path path : paths) {
            VolumeMap.Place place = volumes.placeOf(path);
            places.put(path, place);
            if (!distinct.contains(place.volume())) {
                distinct.add(place.volume());
            }
        }
        requireUsable();
        WorkFolder work = service.work(id);
        if (work.exists()) {
            throw new BackupException(
                    SnapshotFault.FAILED,
                    "snapshot " + id + " was not made: the folder of snapshot " + id + " exists",
                    "Release the snapshot of this id first, or choose another id.");
        }
        work.make();
        try {
            return create(id, places, distinct, work);
        } catch (IOException e) {
            try {
                ProviderProgram.undisturbed(() -> removeAll(id, work));
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw SnapshotFailure.failed(id, paths, e);
        }
    }

    private Snapshot create(String id, Map<Path, VolumeMap.Place> places, List<String> distinct, WorkFolder work)
            throws IOException {
        List<Path> exposed = new ArrayList<>();
        for (int i = 0; i < distinct.size(); i++) {
            exposed.add(Files.createDirectories(settings.views().resolve(viewName(id, i))));
        }
        List<String> ids =
                settings.writers().stream().filter(ShadowScript::isGuid).toList();
        work.write(work.hold(), ShadowScript.hold(settings.timeouts().hold().toSeconds()));
        work.write(
                work.script(),
                ShadowScript.creation(new ShadowScript.Order(distinct, exposed, ids, work.metadata(), work.hold())));
        Instant at = clock.instant();
        long start = waiter.nanos();
        HeldDialogue dialogue = HeldDialogue.start(
                processes,
                workers,
                HeldDialogue.command(
                        settings.diskshadow(),
                        work.script().toString(),
                        settings.timeouts().hold()));
        dialogues.put(id, dialogue);
        service.awaitHold(dialogue, work);
        Duration took = Duration.ofNanos(waiter.nanos() - start);
        List<ShadowCopy> copies = service.requireWhole(dialogue, work, distinct);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(SET, copies.get(0).set());
        for (int i = 0; i < copies.size(); i++) {
            facts.put(SHADOW + i, copies.get(i).id());
            facts.put(VIEW + i, exposed.get(i).toString());
        }
        List<Snapshot.View> views = new ArrayList<>();
        for (Map.Entry<Path, VolumeMap.Place> place : places.entrySet()) {
            Path view = exposed.get(distinct.indexOf(place.getValue().volume()))
                    .resolve(place.getValue().inside());
            if (Files.notExists(view)) {
                throw new IOException(place.getKey() + " is not to be seen at " + view);
            }
            views.add(new Snapshot.View(place.getKey(), view));
        }
        // how long the writers held theirs within that time nobody says
        return new Snapshot(id, name(), consistency(), true, at, took, Optional.empty(), views, facts);
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        String set = setOf(snapshot);
        List<String> there =
                service.list().ofSet(set).stream().map(ShadowCopy::id).toList();
        for (int i = 0; snapshot.facts().containsKey(SHADOW + i); i++) {
            String shadow = snapshot.facts().get(SHADOW + i);
            if (!there.contains(shadow)) {
                throw SnapshotFailure.lost(
                        snapshot.id(),
                        "shadow copy " + shadow + " is gone",
                        "Look into the system event log for volsnap: its storage may have been too small ('vssadmin"
                                + " resize shadowstorage').");
            }
        }
    }

    @Override
    public List<CoveredComponent> confirm(Snapshot snapshot) throws IOException {
        HeldDialogue dialogue = dialogues.get(snapshot.id());
        if (dialogue == null) {
            throw notConfirmed(snapshot, "the process that the writers wait for is not this one's", null);
        }
        try {
            WorkFolder work = service.work(snapshot.id());
            if (dialogue.ended()) {
                throw new IOException("diskshadow ended before the copy was done, with " + dialogue.exitCode());
            }
            work.mark(WorkFolder.CONFIRM);
            service.awaitConfirmed(dialogue);
            WriterEvents events = service.eventsSince(snapshot.at());
            if (!events.errors().isEmpty()) {
                throw new IOException("the event log says " + String.join("; ", events.errors()));
            }
            return events.covered();
        } catch (IOException e) {
            throw notConfirmed(snapshot, SnapshotFailure.reason(e), e);
        }
    }

    private static BackupException notConfirmed(Snapshot snapshot, String reason, @Nullable Throwable cause) {
        return new BackupException(
                SnapshotFault.NOT_CONFIRMED,
                "the writers of snapshot " + snapshot.id() + " may not know that it was backed up: " + reason,
                "Look at 'vssadmin list writers' and the application event log, and whether the database is still in"
                        + " backup mode.",
                cause);
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        try {
            String set = setOf(snapshot);
            List<Path> views = new ArrayList<>();
            for (int i = 0; snapshot.facts().containsKey(VIEW + i); i++) {
                Path view = Path.of(String.valueOf(snapshot.facts().get(VIEW + i)));
                if (!view.equals(settings.views().resolve(viewName(snapshot.id(), i)))) {
                    throw new IOException(view + " is none of its views");
                }
                views.add(view);
            }
            service.end(dialogues.remove(snapshot.id()), service.work(snapshot.id()));
            service.delete(Set.of(set));
            removeViews(views);
            service.work(snapshot.id()).remove();
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(snapshot.id(), e);
        }
    }

    /** Facts come from a catalog. */
    private static String setOf(Snapshot snapshot) throws IOException {
        String set = String.valueOf(snapshot.facts().get(SET));
        if (!ShadowScript.isGuid(set)) {
            throw new IOException("'" + set + "' is no shadow copy set");
        }
        return set;
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        WorkFolder work = service.work(id);
        try {
            if (work.exists()) {
                removeAll(id, work);
            }
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(id, e);
        }
    }

    private void removeAll(String id, WorkFolder work) throws IOException {
        HeldDialogue dialogue = dialogues.remove(id);
        service.end(dialogue, work);
        if (dialogue != null) {
            // what it said is all that is known of the set when it never came to wait
            work.keepDialogue(dialogue.lines());
        }
        service.delete(work.sets());
        List<Path> views = new ArrayList<>();
        for (int i = 0; Files.exists(settings.views().resolve(viewName(id, i))); i++) {
            views.add(settings.views().resolve(viewName(id, i)));
        }
        removeViews(views);
        work.remove();
    }

    /** Each is an empty folder once its shadow copy is deleted; one that isn't stays, and is told. */
    private static void removeViews(List<Path> views) throws IOException {
        for (Path view : views) {
            Files.deleteIfExists(view);
        }
    }

    private static String viewName(String id, int number) {
        return "saddlebag-" + id + "-" + number;
    }
}
