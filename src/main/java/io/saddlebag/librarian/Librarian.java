package io.saddlebag.librarian;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.Backups;
import io.saddlebag.backup.SuppliedImage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.UniqueNames;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.protection.Access;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.Requester;
import io.saddlebag.protection.Requesters;
import io.saddlebag.restore.RestoreServices;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores, fetches, lists and removes named pieces (M26). One piece is one image, and so a backup as any other: in the catalog, on
 * whichever medium. What is done with one name is done in turns, whichever processes ask for it. Thread-safe.
 */
public final class Librarian {
    private final Backups backups;
    private final RestoreServices reading;
    private final UniqueNames names;
    private final Requesters requesters;
    private final Clock clock;
    private final int partBytes;
    private final PieceTrace trace;

    /**
     * @param reading what stored pieces are read with
     * @param requesters what is known of those who ask
     */
    public Librarian(Backups backups, RestoreServices reading, UniqueNames names, Requesters requesters, Clock clock) {
        this(backups, reading, names, requesters, clock, PieceMembers.PART_BYTES);
    }

    /** @param partBytes of a piece that are in memory at once, at least 1 */
    public Librarian(
            Backups backups,
            RestoreServices reading,
            UniqueNames names,
            Requesters requesters,
            Clock clock,
            int partBytes) {
        this(backups, reading, names, requesters, clock, partBytes, PieceTrace.NONE);
    }

    private Librarian(
            Backups backups,
            RestoreServices reading,
            UniqueNames names,
            Requesters requesters,
            Clock clock,
            int partBytes,
            PieceTrace trace) {
        this.trace = trace;
        this.backups = backups;
        this.reading = reading;
        this.names = names;
        this.requesters = requesters;
        this.clock = clock;
        this.partBytes = partBytes;
    }

    /**
     * The same, and what is asked of it is traced.
     *
     * @param into closed by whoever opened it
     */
    public Librarian tracing(PieceTrace into) {
        return new Librarian(backups, reading, names, requesters, clock, partBytes, into);
    }

    private interface Call<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T traced(String call, Map<String, String> parameters, Call<T> work)
            throws IOException, InterruptedException {
        trace.entry(call, parameters);
        try {
            T result = work.run();
            trace.exit(call, String.valueOf(result));
            return result;
        } catch (IOException | InterruptedException | RuntimeException e) {
            trace.error(call, e);
            trace.exit(call, "failed");
            throw e;
        }
    }

    private static String shown(@Nullable String user) {
        return user == null ? "" : user;
    }

    /**
     * Stores a piece. On return it is durable on its medium and in the catalog.
     *
     * @param content read to its end, and not closed; not read at all when the name exists, unless it is compared
     * @throws BackupException {@link PieceFault#EXISTS}, {@link PieceFault#INPUT}, or what storing images fails with: then there is no
     *     piece of that name, or, after a death between medium and catalog, the whole one, which the next start of a node reads in
     */
    public Piece put(PieceOrder order, InputStream content) throws IOException, InterruptedException {
        return traced("put", order.parameters(), () -> putInTurn(order, content));
    }

    private Piece putInTurn(PieceOrder order, InputStream content) throws IOException, InterruptedException {
        PieceName name = order.name();
        BackupRun run = backups.begin(name.task(), order.user(), Overlap.WAIT, Map.of(PieceName.FACT, name.value()))
                .orElseThrow(() -> cancelled(name));
        @Nullable Backup stored = null;
        @Nullable Throwable failure = null;
        try {
            Optional<Backup> there = newest(name);
            stored = there.isPresent() ? same(order, there.get(), content) : store(run, order, content);
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
        Job job = run.end(failure);
        rethrow(failure);
        if (stored == null || job.state() == JobState.FAILED || job.state() == JobState.CANCELLED) {
            throw new BackupException(
                    JobFault.CANCELLED,
                    "job " + job.name() + " ended as " + job.state().display() + ": " + job.cause(),
                    "Read its transcript with 'saddlebag catxcr " + job.name() + "'.");
        }
        return Piece.of(name, stored);
    }

    private Backup store(BackupRun run, PieceOrder order, InputStream content)
            throws IOException, InterruptedException {
        Instant now = clock.instant();
        PieceMembers members = new PieceMembers(
                order.name(),
                content,
                order.bytes(),
                now,
                new PieceMembers.Heard() {
                    @Override
                    public void before() throws IOException {
                        run.job().checkCancelled();
                    }

                    @Override
                    public void read(byte[] part, int length) {
                        trace.buffer("put", part, 0, length);
                    }
                },
                partBytes);
        return run.store(
                run.supplied(new SuppliedImage(
                        names.next("piece"),
                        order.name().backupName(),
                        null,
                        now,
                        Map.of(PieceName.FACT, order.name().value()),
                        order.compression(),
                        order.encryption(),
                        () -> members)),
                order.target());
    }

    private Backup same(PieceOrder order, Backup there, InputStream content) throws IOException {
        if (order.existing() == PieceOrder.Existing.ACCEPTED_IF_SAME) {
            if (new PieceParts(reading.catalog(), there).areIn(content)) {
                return there;
            }
            throw exists(order.name(), there, " with another content");
        }
        throw exists(order.name(), there, "");
    }

    private static BackupException exists(PieceName name, Backup there, String how) {
        return new BackupException(
                PieceFault.EXISTS,
                "there is a piece " + name + " already" + how + ", put at "
                        + there.about().at() + ": backup " + there.id(),
                "Take another name, or remove it first with 'saddlebag piece rm'.");
    }

    /**
     * Hands over a piece, part by part. Each part is compared with what was put before the taker gets it, and the last one is kept back
     * until the image has proven itself to its end: a taker that got all of it got what was put.
     *
     * @param user who asks; null for a route
     * @return false when there is none of that name
     * @throws BackupException when it can't be read, isn't what was put ({@link PieceFault#DIFFERS}), or the taker failed
     *     ({@link PieceFault#OUTPUT}): then what the taker has isn't all of it
     */
    public boolean get(PieceName name, @Nullable String user, PieceTaker taker)
            throws IOException, InterruptedException {
        return traced(
                "get",
                Map.of("name", name.value(), "user", shown(user)),
                () -> getTraced(name, user, (part, at, length) -> {
                    trace.buffer("get", part, at, length);
                    taker.take(part, at, length);
                }));
    }

    private boolean getTraced(PieceName name, @Nullable String user, PieceTaker taker)
            throws IOException, InterruptedException {
        if (newest(name).isEmpty()) {
            return false;
        }
        // a dead one owes nothing; a dead put may, so turns by name wait for the next start of a node
        reading.jobs().endDead("get " + name.task());
        return work("get " + name.task(), JobKind.RESTORE, name, user, job -> {
            Optional<Backup> found = newest(name);
            if (found.isPresent()) {
                requireStream(name, found.get());
                new PieceReading(reading, name, found.get(), job).read(taker);
            }
            return found.isPresent();
        });
    }

    /**
     * As {@link #get(PieceName, String, PieceTaker)}, into a file, in the place of what is there. The file gets its name when all of it
     * is durable and proven, or never.
     *
     * @param to in a folder that exists
     */
    public boolean get(PieceName name, @Nullable String user, Path to) throws IOException, InterruptedException {
        try (PieceFile file = new PieceFile(reading.files(), to)) {
            boolean there = get(name, user, file);
            if (there) {
                file.publish();
            }
            return there;
        }
    }

    /**
     * As {@link #get(PieceName, String, PieceTaker)}, as a stream of what has been proven to its end: it is kept in a file without a
     * name for that, so it needs room among the temporary files.
     *
     * @return to be closed; empty when there is none of that name
     */
    public Optional<InputStream> fetch(PieceName name, @Nullable String user) throws IOException, InterruptedException {
        SeekableByteChannel spool = reading.files().openUnnamed();
        boolean there = false;
        try {
            there = get(name, user, (part, offset, length) -> {
                ByteBuffer bytes = ByteBuffer.wrap(part, offset, length);
                while (bytes.hasRemaining()) {
                    spool.write(bytes);
                }
            });
            spool.position(0);
        } catch (IOException | InterruptedException | RuntimeException e) {
            there = false;
            throw e;
        } finally {
            if (!there) {
                spool.close();
            }
        }
        return there ? Optional.of(Channels.newInputStream(spool)) : Optional.empty();
    }

    /** All that are there, by name. */
    public List<Piece> list() throws IOException {
        trace.entry("ls", Map.of());
        try {
            List<Piece> all = listed();
            trace.exit("ls", all.size() + " pieces");
            return all;
        } catch (IOException | RuntimeException e) {
            trace.error("ls", e);
            trace.exit("ls", "failed");
            throw e;
        }
    }

    private List<Piece> listed() throws IOException {
        return reading.catalog().backups(Catalog.Filter.COMPLETE).stream()
                .flatMap(backup -> PieceName.of(backup).map(name -> Piece.of(name, backup)).stream())
                .sorted(Comparator.comparing((Piece piece) -> piece.name().value())
                        .thenComparing(Piece::backup))
                .toList();
    }

    public Optional<Piece> find(PieceName name) throws IOException {
        return newest(name).map(backup -> Piece.of(name, backup));
    }

    /**
     * Removes a piece: its name is free on return, durably. What its medium holds of it goes when its pool is pruned, or its volume
     * expires.
     *
     * @param user who asks, and has to be allowed to delete it (M29); null for a route
     * @return false when there is none of that name
     * @throws BackupException {@link PieceFault#PROTECTED}
     */
    public boolean remove(PieceName name, @Nullable String user) throws IOException, InterruptedException {
        return traced("rm", Map.of("name", name.value(), "user", shown(user)), () -> removeInTurn(name, user));
    }

    private boolean removeInTurn(PieceName name, @Nullable String user) throws IOException, InterruptedException {
        return work(name.task(), JobKind.MEDIA, name, user, job -> {
            List<Backup> all = named(name);
            for (Backup each : all) {
                requireStream(name, each);
                requireDeletable(name, each, user);
            }
            for (Backup each : all) {
                reading.catalog()
                        .addFacts(
                                each.id(),
                                Map.of(PieceName.REMOVED, clock.instant().toString()));
                job.transcript().line("piece " + name + " is removed: backup " + each.id());
            }
            return !all.isEmpty();
        });
    }

    /** Journals are of use as a chain: who takes one out of it has to say so (J13). */
    private static void requireStream(PieceName name, Backup backup) throws BackupException {
        String holds = backup.about().facts().get(PieceName.HOLDS);
        if (holds != null) {
            throw new BackupException(
                    PieceFault.NO_STREAM,
                    "piece " + name + " is backup " + backup.id() + ", which holds " + holds
                            + " of a database, and is no stream",
                    "'saddlebag recover', 'saddlebag journal apply' and 'saddlebag wal fetch' read it; 'saddlebag journal delete' gives"
                            + " it up.");
        }
    }

    private void requireDeletable(PieceName name, Backup backup, @Nullable String user) throws BackupException {
        BackupRights rights = BackupRights.of(backup.about().facts());
        Requester who = requesters.asking(user);
        if (who != null && !rights.allow(who, Access.DELETE)) {
            throw new BackupException(
                    PieceFault.PROTECTED,
                    "piece " + name + " " + rights + ", and " + who.user() + " may not delete it",
                    "Let somebody remove it who may.");
        }
    }

    private interface Work {
        boolean run(JobRun job) throws IOException, InterruptedException;
    }

    private boolean work(String task, JobKind kind, PieceName name, @Nullable String user, Work work)
            throws IOException, InterruptedException {
        JobRun job = reading.jobs()
                .begin(new JobRequest(task, kind, user, List.of(), Map.of(PieceName.FACT, name.value())), Overlap.WAIT)
                .orElseThrow(() -> cancelled(name));
        boolean result;
        try {
            result = work.run(job);
        } catch (IOException | InterruptedException | RuntimeException e) {
            job.fail(e);
            throw e;
        }
        job.end();
        return result;
    }

    private static BackupException cancelled(PieceName name) {
        return new BackupException(
                JobFault.CANCELLED,
                "the job for piece " + name + " was cancelled before it began",
                "Run it again when it is wanted.");
    }

    /** Several only when a catalog was rebuilt from media that still hold what had been removed: the last one counts. */
    private Optional<Backup> newest(PieceName name) throws IOException {
        return named(name).stream()
                .max(Comparator.comparing((Backup backup) -> backup.about().at())
                        .thenComparing(Backup::id));
    }

    private List<Backup> named(PieceName name) throws IOException {
        List<Backup> found = new ArrayList<>(reading.catalog().backups(Catalog.Filter.completeOf(name.backupName())));
        // a backup file of journals is called as its image is
        reading.catalog()
                .findImage(name.value())
                .filter(image -> image.state() == Backup.State.COMPLETE)
                .ifPresent(found::add);
        found.removeIf(backup -> !PieceName.of(backup).equals(Optional.of(name)));
        return found;
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException, InterruptedException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }
}
