package io.saddlebag.journal.watch;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalGovernor;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.watch.GovernorStep.Measure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Governs the disk of a source's journals: forecasts when it will be full, and takes the declared measures (J26). What a database's
 * server may still keep for its slot counts as a disk, too: when that is used up, the log is lost.
 */
public final class DiskGovernor implements JournalGovernor {
    /** So far back the growth is measured. */
    public static final Duration WINDOW = Duration.ofMinutes(10);

    private final JournalSource source;
    private final JournalChain chain;
    private final Room disk;
    private final Kept kept;
    private final Waiter waiter;
    private final JournalListener listener;
    private final DiskForecast forecast = new DiskForecast(WINDOW);
    private final DiskForecast keptForecast = new DiskForecast(WINDOW);
    private final MeasureBook book;
    private volatile boolean spilling;
    private volatile boolean throttling;
    private volatile String problem = "";

    /** What may still be written to the disk that holds the journals. */
    @FunctionalInterface
    public interface Room {
        long bytes() throws IOException;
    }

    /** What a server may still write before it gives up what it keeps for us; empty without a limit. */
    @FunctionalInterface
    public interface Kept {
        OptionalLong bytes() throws IOException;
    }

    /** @param steps in the order in which they are taken */
    public DiskGovernor(
            JournalSource source,
            JournalChain chain,
            List<GovernorStep> steps,
            Room disk,
            Kept kept,
            Waiter waiter,
            JournalListener listener) {
        this.source = source;
        this.chain = chain;
        this.book = new MeasureBook(steps);
        this.disk = disk;
        this.kept = kept;
        this.waiter = waiter;
        this.listener = listener;
    }

    @Override
    public synchronized void look() throws IOException {
        long now = waiter.nanos();
        forecast.seen(now, disk.bytes());
        Optional<Duration> full = forecast.full();
        OptionalLong left = keptByServer();
        if (left.isPresent()) {
            keptForecast.seen(now, left.getAsLong());
            full = sooner(full, keptForecast.full());
        }
        for (MeasureBook.Change change : book.decide(full)) {
            tell(change, full);
        }
        spilling = book.isTaken(Measure.SPILL);
        throttling = book.isTaken(Measure.THROTTLE);
        problem = book.isTaken(Measure.WARN) && full.isPresent()
                ? "the disk of the journals of " + source.name() + " will be full in "
                        + full.get().toSeconds() + " s"
                : "";
        if (book.isTaken(Measure.DROP)) {
            dropOldest();
        }
    }

    /** A server that is away writes nothing, and its disk doesn't fill. */
    private OptionalLong keptByServer() throws IOException {
        try {
            return kept.bytes();
        } catch (BackupException away) {
            return OptionalLong.empty();
        }
    }

    private static Optional<Duration> sooner(Optional<Duration> one, Optional<Duration> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return one.get().compareTo(other.get()) <= 0 ? one : other;
    }

    private void tell(MeasureBook.Change change, Optional<Duration> full) {
        String when =
                full.map(each -> "will be full in " + each.toSeconds() + " s").orElse("doesn't fill up");
        listener.told(
                JournalMessage.JNLDISK,
                "the disk of the journals of " + source.name() + " " + when + ": " + (change.begins() ? "" : "no more ")
                        + change.measure().display());
    }

    /** The gap is in the chain before the journal is gone; a process that dies between the two has lost nothing. */
    private void dropOldest() throws IOException {
        Set<JournalId> durable = chain.pieces(source.name()).stream()
                .filter(piece -> piece.state().isDurable())
                .map(JournalPiece::id)
                .collect(Collectors.toSet());
        Optional<Journal> oldest = source.look().ready().stream().findFirst();
        if (oldest.isEmpty()) {
            return;
        }
        Journal journal = oldest.get();
        if (!durable.contains(journal.id())) {
            chain.record(List.of(JournalPiece.gap(source.name(), journal.id())));
            listener.told(
                    JournalMessage.JNLDROP,
                    "journal " + journal.id() + " of " + source.name() + ", " + journal.name()
                            + ", is deleted without a backup: the chain has a gap there");
            listener.told(JournalMessage.DOFULLBCK, "full database backup should be done to ensure future recovery");
        }
        source.release(journal, journal.bytes());
    }

    @Override
    public boolean spills() {
        return spilling;
    }

    @Override
    public boolean throttles() {
        return throttling;
    }

    @Override
    public String problem() {
        return problem;
    }
}
