package io.saddlebag.journal;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SuppliedImage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.image.ImageSource;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.librarian.PieceName;
import io.saddlebag.pool.MemberFile;
import io.saddlebag.pool.PoolFault;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all passes have in common, whatever the layout: their job, their image's name, and what ends them. One thread. */
final class PassJob {
    /** What an image takes beside its journals, for each of them. */
    private static final long FRAMING_BYTES = 4096;

    /** What an operator of RMU is told when a backup runs out of room. */
    private static final String WAYS_OUT =
            "Three ways out: Free space there ('saddlebag pool prune'), name another target, or back up fewer"
                    + " journals at once with 'sequence'. Nothing was released: the database's journals stay until then, so watch"
                    + " their disk.";

    private final JournalSource source;
    private final JournalServices services;
    private final ImageTarget target;
    private final JournalOptions options;
    private final Telling telling;
    private final ChainView chain;
    private final Set<String> doubts = new LinkedHashSet<>();
    private @Nullable BackupRun running;

    PassJob(
            JournalSource source,
            JournalServices services,
            ImageTarget target,
            JournalOptions options,
            Telling telling,
            ChainView chain) {
        this.source = source;
        this.services = services;
        this.target = target;
        this.options = options;
        this.telling = telling;
        this.chain = chain;
    }

    /** What a pass came to. */
    record Done(List<Journal> journals, @Nullable Backup backup) {
        static final Done NOTHING = new Done(List.of(), null);
    }

    /** What is done within the job. */
    interface Work {
        Done run(BackupRun run) throws IOException, InterruptedException;
    }

    /** @param user who asks on demand; null for a schedule */
    JournalResult run(@Nullable String user, Work work) throws IOException, InterruptedException {
        BackupRun run = services.backups()
                .begin("journal " + source.name(), user, Overlap.WAIT, Map.of("journal", source.name()))
                .orElseThrow(() -> new IllegalStateException("a job that waits was skipped"));
        telling.begin(run.job().transcript());
        running = run;
        doubts.forEach(run.job()::warn);
        @Nullable Throwable failure = null;
        Done done = Done.NOTHING;
        try {
            options.warnings(target.kind() == ImageTarget.Kind.LIBRARY).forEach(run.job()::warn);
            done = work.run(run);
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
        return ended(run, failure, done);
    }

    private JournalResult ended(BackupRun run, @Nullable Throwable failure, Done done)
            throws IOException, InterruptedException {
        if (failure == null) {
            telling.end(done.journals());
        }
        running = null;
        Job job = run.end(failure);
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (job.state() == JobState.FAILED || job.state() == JobState.CANCELLED) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "the pass over the journals of " + source.name() + " ended as "
                            + job.state().display() + ": " + job.cause(),
                    "Read the transcript of job " + job.name() + ".");
        }
        return chain.result(view(), done.journals(), done.backup(), job.name());
    }

    /**
     * The image of a pass.
     *
     * @param quiet whether it ends at a quiet point
     * @param members read once
     * @param taken the journals of those that were handed over; asked with {@code rename} only
     */
    Backup store(
            BackupRun run,
            String imageId,
            Instant now,
            boolean quiet,
            ImageSource members,
            Supplier<List<Journal>> taken)
            throws IOException, InterruptedException {
        services.chain().intend(source.name(), imageId);
        SuppliedImage image = new SuppliedImage(
                imageId,
                PieceRecorder.backupName(source.name()),
                null,
                now,
                facts(imageId, quiet),
                options.compression(),
                options.encryption(),
                () -> members);
        try {
            return run.store(
                    run.supplied(image),
                    options.rename() ? target.adopting(index -> file(taken.get().get(index))) : target);
        } catch (BackupException e) {
            if (e.is(PoolFault.NO_ROOM) || e.is(FileFault.NO_SPACE)) {
                throw new BackupException(
                        JournalFault.NO_ROOM,
                        "the journals of " + source.name() + " could not be backed up to " + target.description() + ": "
                                + e.what(),
                        WAYS_OUT,
                        e);
            }
            throw e;
        }
    }

    private Map<String, String> facts(String imageId, boolean quiet) {
        Map<String, String> facts = new TreeMap<>();
        facts.put(PieceRecorder.SOURCE, source.name());
        facts.put(PieceRecorder.QUIET, Boolean.toString(quiet));
        if (options.librarian()) {
            facts.putAll(new PieceName(imageId).factsOfFile());
        }
        return facts;
    }

    private MemberFile file(Journal journal) {
        return new MemberFile(source.folder().orElseThrow().resolve(journal.name()), journal.bytes());
    }

    BackupException gap(List<JournalId> lost) throws IOException {
        services.chain()
                .record(lost.stream()
                        .map(id -> JournalPiece.gap(source.name(), id))
                        .toList());
        telling.tell(JournalMessage.DOFULLBCK, "full database backup should be done to ensure future recovery");
        return new BackupException(
                JournalFault.GAP,
                "journal gap " + Ranges.of(lost) + " of " + source.name(),
                "Make a full backup of the database now. If the journals turn up, put them back at the source: the next pass"
                        + " closes the gap. Until then passes go on behind it.");
    }

    /**
     * A pass frees the source's disk and so isn't refused when that is nearly full, but somebody should know (J17).
     *
     * @param journals that the source has
     */
    void warnOfSourceRoom(BackupRun run, List<Journal> journals) throws IOException {
        OptionalLong usable = source.usableBytes();
        long largest = journals.stream().mapToLong(Journal::bytes).max().orElse(0);
        if (usable.isPresent() && usable.getAsLong() < largest) {
            String text = "the disk of the journals of " + source.name() + " has room for " + usable.getAsLong()
                    + " bytes, and one of them takes " + largest;
            telling.tell(JournalMessage.JNLDISK, text);
            run.job().warn(text);
        }
    }

    /** Before anything is written (J17). What is renamed takes no room; the new journal in its place may (J10). */
    void requireRoom(List<Journal> journals) throws IOException {
        boolean renames = options.rename();
        long needed = journals.stream()
                .mapToLong(each -> renames ? FRAMING_BYTES + source.renewedBytes(each) : each.bytes())
                .sum();
        OptionalLong usable = target.usableBytes();
        if (usable.isPresent() && usable.getAsLong() < needed) {
            throw new BackupException(
                    JournalFault.NO_ROOM,
                    (renames ? "new journals in place of the renamed ones of " : "the journals of ") + source.name()
                            + " are " + needed + " bytes, and " + target.description() + " has room for "
                            + usable.getAsLong(),
                    WAYS_OUT);
        }
    }

    /** What the database says is part of it; what it can't be asked is told, and the job that is under way ends with a warning. */
    JournalView view() throws IOException {
        JournalView view = source.ask(this::doubt);
        if (!view.on()) {
            throw new BackupException(
                    JournalFault.OFF,
                    "journaling of " + source.name() + " is off",
                    "Turn it on in the database and make a full backup then.");
        }
        return view;
    }

    private void doubt(String text) {
        if (!doubts.add(text)) {
            return;
        }
        telling.tell(JournalMessage.JNLSERVER, text);
        BackupRun run = running;
        if (run != null) {
            run.job().warn(text);
        }
    }

    /** Tells of each journal as it is read, and of the file when the first one is. */
    JournalMembers.Told announcing(String file) {
        return new Announcing(file);
    }

    private final class Announcing implements JournalMembers.Told {
        private final String file;
        private boolean created;

        Announcing(String file) {
            this.file = file;
        }

        @Override
        public void reading(Journal journal) {
            telling.journal(journal);
            if (!created) {
                created = true;
                telling.tell(JournalMessage.LOGCREBCK, "created backup file " + file + " in " + target.description());
            }
        }
    }

    /** By another backup file, or by a piece, since this one may become one. */
    private boolean isTaken(Catalog catalog, String name) throws IOException {
        return catalog.findImage(name).isPresent() || (options.librarian() && PieceName.isTaken(catalog, name));
    }

    /** A name is given once; the next ones get a number, as versions of files do elsewhere. */
    String unusedName(Journal first, Instant now) throws IOException {
        JournalNames names = options.names() == null
                ? new JournalNames(
                        source.name() + "-" + first.id().toString().replace('/', '-') + options.extension(), List.of())
                : options.names();
        String wanted =
                names.of(first, LocalDateTime.ofInstant(now, services.clock().getZone()), options.extension());
        Catalog catalog = services.catalog();
        String name = wanted;
        for (int version = 2; isTaken(catalog, name); version++) {
            name = JournalNames.version(wanted, version);
        }
        return name;
    }
}
