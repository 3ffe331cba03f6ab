package io.saddlebag.journal;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.fault.BackupException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Backs up the journals of one source, pass by pass (J3, J4). {@link #cycle} is one look that becomes a pass when something is
 * to be done; {@link #run} goes on until its schedule ends, {@link #persist} whatever fails meanwhile. One
 * thread, but for {@link #doing}.
 */
public final class JournalBackup implements Closeable {
    /** Looks that follow each other at once are so far apart while nothing comes, at most. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final JournalSource source;
    private final JournalServices services;
    private final Targets targets;
    private final JournalOptions options;
    private final JournalListener listener;
    private final JournalSchedule schedule;
    private final @Nullable String user;
    private final Retries retries;
    private @Nullable JournalLayout layout;
    private long passes;
    private @Nullable JournalResult latest;
    private boolean idle;
    private boolean owed;
    private boolean unfit;
    private @Nullable IOException failed;
    private volatile @Nullable Long begun;
    private volatile String failure = "";

    /** Where backup files go, and who decides between the two (J26). */
    public record Targets(ImageTarget usual, ImageTarget spill, JournalGovernor governor) {
        ImageTarget now() {
            return governor.spills() ? spill : usual;
        }
    }

    /** Of one target. */
    public JournalBackup(
            JournalSource source,
            JournalServices services,
            ImageTarget target,
            JournalOptions options,
            JournalListener listener,
            @Nullable String user)
            throws BackupException {
        this(source, services, new Targets(target, target, JournalGovernor.NONE), options, listener, user);
    }

    /**
     * @param user who asks on demand; null for a schedule
     * @throws BackupException {@link JournalFault#CONFLICT} when options can't be used together; nothing was touched
     */
    public JournalBackup(
            JournalSource source,
            JournalServices services,
            Targets targets,
            JournalOptions options,
            JournalListener listener,
            @Nullable String user)
            throws BackupException {
        this.source = source;
        this.services = services;
        this.targets = targets;
        this.options = options;
        this.listener = listener;
        this.user = user;
        refuse(options.conflicts());
        this.schedule = options.schedule();
        this.retries = new Retries(schedule.interval());
    }

    public JournalSchedule schedule() {
        return schedule;
    }

    /** Whether its schedule has ended; no more cycles are to be made. */
    public boolean ended() {
        return schedule.ended(passes, services.clock().instant());
    }

    /**
     * Looks, and makes a pass if there is something to do.
     *
     * @throws BackupException with a {@link JournalFault}; the next cycle tries again
     */
    public JournalResult cycle() throws IOException, InterruptedException {
        begun = services.waiter().nanos();
        try {
            JournalResult result = looked();
            failure = "";
            return result;
        } catch (BackupException e) {
            failure = e.codeId() + " " + e.what();
            throw e;
        } catch (IOException | RuntimeException e) {
            failure = e.toString();
            throw e;
        } finally {
            begun = null;
        }
    }

    /** What it is at, in words, for any thread (J27). */
    public String doing() {
        Long since = begun;
        String now = since == null
                ? "no pass is under way"
                : "a pass has been under way for "
                        + Duration.ofNanos(services.waiter().nanos() - since).toSeconds() + " s";
        return failure.isEmpty() ? now : now + ", and the one before failed: " + failure;
    }

    private JournalResult looked() throws IOException, InterruptedException {
        if (idle && schedule.interval().isZero()) {
            source.awaitNews(services.waiter(), QUIET);
        }
        requireLayout();
        targets.governor().look();
        ImageTarget target = targets.now();
        requireAdopting(target);
        if (options.sequence() == null) {
            for (JournalSource companion : source.companions()) {
                new JournalPass(companion, services, target, options, listener).run(user);
            }
        }
        boolean second = owed;
        // a part that fails is not owed: the next pass looks anew
        owed = false;
        JournalResult result = layout == JournalLayout.EXTENSIBLE
                ? new ExtensiblePass(source, services, target, options, listener).run(user)
                : fixed(target, second);
        idle = !result.hasBackup();
        if (result.hasBackup() && !second) {
            passes++;
        }
        JournalResult before = latest;
        latest = before == null ? result : result.after(before);
        return latest;
    }

    private JournalResult fixed(ImageTarget target, boolean second) throws IOException, InterruptedException {
        JournalPass pass = new JournalPass(source, services, target, options, listener);
        JournalResult result = pass.run(user);
        owed = !second && result.hasBackup() && pass.owesCurrent();
        return result;
    }

    /**
     * Whether the pass that the last cycle made has a second part, with a backup file of its own, which is the next cycle's and has no interval
     * to wait for (J3): the journal that was being written, of a source that gets its journals from an archive.
     */
    public boolean owesMore() {
        return owed;
    }

    /** A pass with all its parts. */
    private JournalResult pass() throws IOException, InterruptedException {
        JournalResult result = cycle();
        while (owesMore()) {
            JournalResult first = result;
            result = cycle();
            result = result.hasBackup() ? result.plus(first) : first;
        }
        return result;
    }

    /**
     * Cycle by cycle until the schedule ends; a single one without {@code continuous}.
     *
     * @return what the last cycle came to, with what all of them backed up
     * @throws InterruptedException when the thread is asked to stop; what is durable is kept
     */
    public JournalResult run() throws IOException, InterruptedException {
        JournalResult result = pass();
        while (schedule.continuous() && !ended()) {
            services.waiter().await(schedule.pause(services.clock().instant()));
            if (!ended()) {
                result = pass();
            }
        }
        return result;
    }

    /**
     * As {@link #run}, but a pass that fails doesn't end it (J4): that is told ({@link JournalMessage#JNLFAIL}), it is tried again after a pause that
     * grows, and it is told when passes go through again. Until one has gone through, only failures of the moment are taken so.
     *
     * @throws IOException what ended it; or the last failure, when none has gone through since and its schedule has ended
     */
    public JournalResult persist() throws IOException, InterruptedException {
        boolean over;
        do {
            Duration pause = attempt().next();
            over = isOver();
            if (!over) {
                services.waiter().await(schedule.pause(pause, services.clock().instant()));
                over = ended();
            }
        } while (!over);
        requireWell();
        return Objects.requireNonNull(latest);
    }

    /**
     * What an attempt came to.
     *
     * @param result of the pass; empty when it failed
     * @param next so long to wait for the next one
     */
    public record Attempt(Optional<JournalResult> result, Duration next) {}

    /**
     * One pass of those that {@link #persist} makes, for who has something else to do between two of them.
     *
     * @throws IOException what ends it: no other is to be made
     */
    public Attempt attempt() throws IOException, InterruptedException {
        try {
            JournalResult result = pass();
            wentThrough();
            return new Attempt(Optional.of(result), schedule.interval());
        } catch (IOException e) {
            return new Attempt(Optional.empty(), afterFailure(e));
        } catch (UncheckedIOException e) {
            return new Attempt(Optional.empty(), afterFailure(Objects.requireNonNull(e.getCause())));
        }
    }

    /** @throws IOException what the last {@link #attempt} failed with; nothing when it went through, or none was made */
    public void requireWell() throws IOException {
        IOException last = failed;
        if (last != null) {
            throw last;
        }
    }

    private boolean isOver() {
        return !schedule.continuous() || ended();
    }

    private Duration afterFailure(IOException failure) throws IOException {
        failed = failure;
        if (isOver() || unfit || !retries.again(failure)) {
            throw failure;
        }
        Duration pause = retries.next();
        listener.told(JournalMessage.JNLFAIL, retries.text(source.name(), failure, pause));
        return pause;
    }

    private void wentThrough() {
        failed = null;
        int failures = retries.wentThrough();
        if (failures > 0) {
            listener.told(
                    JournalMessage.JNLAGAIN,
                    "passes over the journals of " + source.name() + " go through again, after " + failures
                            + " that failed");
        }
    }

    /** Read at the start, and the same from then on (J1). */
    private void requireLayout() throws IOException {
        JournalLayout now = source.layout();
        JournalLayout before = layout;
        if (before == null) {
            refuse(options.conflictsWith(now));
            refuse(options.conflictsWith(source));
            ResetLoad reset = options.reset();
            if (reset != null) {
                source.resetWith(reset);
            }
            layout = now;
        } else if (before != now) {
            unfit = true;
            throw new BackupException(
                    JournalFault.SOURCE,
                    "source " + source.name() + " had " + before.display() + " when this operation began, and now has "
                            + now.display(),
                    "End the operation and begin it anew.");
        }
    }

    /** Another name needs the same file system (J10); with a governor the target may be another one each time. */
    private void requireAdopting(ImageTarget target) throws IOException {
        if (options.rename()) {
            String why = target.adoptsNothingFrom(source.folder().orElseThrow());
            if (why != null) {
                refuse(List.of("option 'rename' can't be used with " + target.description() + " and source '"
                        + source.name() + "': " + why));
            }
        }
    }

    /** Ends what the source holds between two passes. Once it has been called no more cycles are made. */
    @Override
    public void close() throws IOException {
        source.close();
    }

    private static void refuse(List<String> conflicts) throws BackupException {
        if (!conflicts.isEmpty()) {
            throw new BackupException(
                    JournalFault.CONFLICT,
                    String.join("; ", conflicts),
                    "Leave one of each out; docs/journals.md says what belongs together.");
        }
    }
}
