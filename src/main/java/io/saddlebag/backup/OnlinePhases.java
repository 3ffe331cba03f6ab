package io.saddlebag.backup;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.dataset.Selection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.job.JobRun;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.level.LevelFacts;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a job does with databases that run on: backup mode, freeze, and what their images consist of (W6). */
final class OnlinePhases {
    private static final String UNKNOWN = "unknown";

    private final BackupServices services;
    private final JobRun job;
    private final OnlineModes modes;
    private final Map<String, HeldSnapshot> journals = new LinkedHashMap<>();
    private final Map<String, Duration> withoutWriter = new LinkedHashMap<>();
    private @Nullable Duration frozen;

    OnlinePhases(BackupServices services, JobRun job) {
        this.services = services;
        this.job = job;
        this.modes = new OnlineModes(services.waiter());
    }

    /** The databases of this job are to have one recovery point (W23). */
    void share() {
        modes.share();
    }

    /** Whether it is, or was, in this job's backup mode. */
    boolean has(String database) {
        return modes.of(database).isPresent();
    }

    void begin(DatabaseAdapter database, OnlineOptions options) throws IOException, InterruptedException {
        DatabaseWriter writer = writer(database);
        prepare(database, writer::prepare);
        begin(database, writer, options);
    }

    private void prepare(DatabaseAdapter database, Preparing preparing) throws IOException, InterruptedException {
        job.act("prepare " + database.name(), () -> {
            preparing.prepare(job::output);
        });
    }

    private interface Preparing {
        void prepare(Consumer<String> log) throws IOException, InterruptedException;
    }

    private static DatabaseWriter writer(DatabaseAdapter database) throws BackupException {
        return database.writer()
                .orElseThrow(() -> new BackupException(
                        DatabaseFault.NO_ONLINE_BACKUP,
                        "database " + database.name() + " of engine " + database.engine()
                                + " can't be backed up while it runs",
                        "Back it up offline, which stops it for a moment."));
    }

    private OnlineMode begin(DatabaseAdapter database, DatabaseWriter writer, OnlineOptions options)
            throws IOException, InterruptedException {
        OnlineMode mode = new OnlineMode(services, job, database, writer, options);
        modes.add(mode);
        job.act("begin backup of " + database.name(), () -> {
            mode.begin();
        });
        return mode;
    }

    /**
     * Has the server begin to send a copy of itself (R12).
     *
     * @param name of the backup, among whose like its parent is looked for
     * @throws BackupException {@link DatabaseFault#NO_ONLINE_BACKUP} when it can't
     */
    Streaming beginStream(String name, DatabaseAdapter database, OnlineOptions options, BackupLevel level)
            throws IOException, InterruptedException {
        DatabaseStream stream = database.stream()
                .orElseThrow(() -> new BackupException(
                        DatabaseFault.NO_ONLINE_BACKUP,
                        "database " + database.name() + " of engine " + database.engine()
                                + " doesn't send copies of itself",
                        "Back it up with another --provider."));
        DatabaseWriter writer = writer(database);
        prepare(database, stream::prepare);
        String roots = DatabaseComponent.lines(writer.components());
        try (StreamLevel chosen = StreamLevel.choose(services, job, level, name, database.name(), roots)) {
            chosen.prepare(stream);
            StreamWriter sending = new StreamWriter(writer, stream, chosen.earlier());
            OnlineMode mode = begin(database, sending, options);
            LevelFacts made = chosen.begun(sending.copy().wholeBecause());
            frozen = Duration.ZERO;
            job.figure(DatabaseStream.METHOD_FACT, DatabaseStream.METHOD);
            job.figure("freeze-ms", "0");
            job.figure(OutcomeClass.FACT, OutcomeClass.DATABASE_FULL.name());
            return new Streaming(mode, sending.copy(), made);
        }
    }

    /** A copy that is on its way, the backup mode that lasts as long, and what it is made on top of. */
    record Streaming(OnlineMode mode, StreamedCopy copy, LevelFacts level) {}

    /**
     * Ends backup mode, or leaves it on when the view isn't apart from the source.
     *
     * @return the view of the journals that its end named, for the job to release
     */
    Optional<HeldSnapshot> end(DatabaseAdapter database, HeldSnapshot data) throws IOException, InterruptedException {
        OnlineMode mode = modes.of(database.name())
                .orElseThrow(() -> new BackupException(
                        BackupFault.NOT_IN_BACKUP_MODE,
                        "job " + job.name() + " did not put database " + database.name() + " in backup mode",
                        "Put a step 'database:" + database.name()
                                + "?operation=begin-backup' before, in the same route."));
        if (!mode.isHeld()) {
            return Optional.empty();
        }
        if (!data.snapshot().independent()) {
            job.transcript()
                    .line("database " + database.name() + " stays in backup mode until the image has been read, since"
                            + " provider " + data.snapshot().provider() + " gives no view apart from the source");
            return Optional.empty();
        }
        return job.step("end backup of " + database.name(), () -> {
            BackupEnd end = mode.end();
            Path folder = end.journalFolder();
            Optional<HeldSnapshot> view = Optional.empty();
            if (folder != null && !end.journals().isEmpty()) {
                HeldSnapshot taken =
                        HeldSnapshot.take(services, job, data.provider(), List.of(folder), HeldSnapshot.Stillness.NONE);
                journals.put(database.name(), taken);
                view = Optional.of(taken);
            }
            mode.close();
            return view;
        });
    }

    List<DatabaseComponent> components(DatabaseAdapter database) throws IOException, InterruptedException {
        OnlineMode mode = modes.of(database.name()).orElse(null);
        return mode == null ? database.components() : mode.writer().components();
    }

    /**
     * @param freeze for how long its writes may wait
     * @return false when that was known
     */
    boolean withoutWriter(String database, Duration freeze) {
        return withoutWriter.putIfAbsent(database, freeze) == null;
    }

    /** The provider, holding writes no longer than any of the databases that run on may be held (W7). */
    SnapshotProvider limited(SnapshotProvider provider) {
        return Stream.concat(modes.freezeLimit().stream(), withoutWriter.values().stream())
                .min(Comparator.naturalOrder())
                .map(provider::within)
                .orElse(provider);
    }

    HeldSnapshot.Stillness stillness() {
        return modes;
    }

    void renew() throws IOException {
        modes.renew();
    }

    /** What a view has to be worth for a database that runs. */
    Consistency least(String database) {
        return modes.of(database)
                .filter(OnlineMode::isOn)
                .map(mode -> least(mode.writer()))
                .orElse(Consistency.ATOMIC);
    }

    /** With others a copy is of an instant in which their writes wait, too: they can't until all of it has been read. */
    private Consistency least(DatabaseWriter writer) {
        Consistency needed = writer.needed();
        return modes.areShared() && needed == Consistency.NONE ? Consistency.PER_FILE : needed;
    }

    /** What holds writes up is the database's freeze, or the provider's own of the file system; where nobody knows, it says so (W7). */
    void reportFreeze(Snapshot snapshot) throws IOException {
        if (!modes.isEmpty() || !withoutWriter.isEmpty()) {
            Duration databases = Duration.ofMillis(modes.frozenMillis());
            frozen = snapshot.frozen()
                    .map(provider -> provider.compareTo(databases) > 0 ? provider : databases)
                    .orElse(null);
            job.figure("freeze-ms", frozen == null ? UNKNOWN : Long.toString(frozen.toMillis()));
            Map<String, Long> each = modes.frozenMillisEach();
            if (each.size() > 1) {
                for (Map.Entry<String, Long> one : each.entrySet()) {
                    job.figure("freeze-ms-" + one.getKey(), Long.toString(one.getValue()));
                }
            }
            Instant from = modes.heldFrom().orElse(null);
            Instant until = modes.heldUntil().orElse(null);
            if (from != null && until != null) {
                job.figure("frozen-from", from.toString());
                job.figure("frozen-until", until.toString());
            }
            if (frozen == null) {
                job.transcript()
                        .line("how long writes were held is not known: provider " + snapshot.provider()
                                + " doesn't tell; it was no longer than "
                                + snapshot.took().toMillis() + " ms");
            }
        }
    }

    Optional<Duration> frozen() {
        return Optional.ofNullable(frozen);
    }

    /** @param history what is known of the past of the database whose image it is */
    SourceParts parts(
            Snapshot snapshot,
            List<DatabaseAdapter> databases,
            Map<String, String> history,
            List<Selection> selections,
            HostFiles files)
            throws IOException, InterruptedException {
        SourceParts parts = new OnlineParts(modes, journals, withoutWriter.keySet(), history)
                .of(snapshot, databases, selections, files);
        String outcome = parts.facts().get(OutcomeClass.FACT);
        if (outcome != null) {
            job.figure(OutcomeClass.FACT, outcome);
        }
        return parts;
    }

    /** One that can't be ended here is its guard's, and stays owed; an image is as good as it was. */
    void close() {
        try {
            modes.close();
        } catch (IOException | RuntimeException e) {
            job.warn("a backup mode was not ended, and is left to its guard: "
                    + (e instanceof BackupException known ? known.getMessage() : e));
        }
    }
}
