package io.saddlebag.journal.watch;

import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalGovernor;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalResult;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import io.saddlebag.journal.Journals;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is written to the journals of a source becomes backups in time, whoever backs them up, and comes to the source in time, where its
 * database archives them (J27). Only what the source has and what the catalog has durable count, never what a pass says of itself. One
 * thread looks; anybody asks.
 */
public final class JournalWatch {
    private final JournalSource source;
    private final JournalChain chain;
    private final StallWatch<Place> stall;
    /** All before a journal is closed at the database, and is at the source. */
    private final StallWatch<JournalId> archive;

    private final JournalGovernor governor;
    private final Duration limit;
    private final Passes passes;
    private @Nullable Journal newest;
    private long incarnation;
    private volatile String blind = "";
    private volatile String unarchived = "";
    private volatile boolean open;
    private volatile @Nullable Long lookingSince;

    /**
     * What is known of the passes that have to keep up.
     *
     * @param thresholdBlocks they leave an extensible journal alone that isn't larger than so many blocks of 512 bytes
     * @param doing what they are at, in words, for any thread; empty where that isn't known
     */
    public record Passes(long thresholdBlocks, Supplier<String> doing) {
        /** Whoever makes them. */
        public static final Passes ANY = new Passes(0, () -> "");

        /** @param thresholdBlocks null for none */
        public static Passes of(@Nullable Long thresholdBlocks, Supplier<String> doing) {
            return new Passes(thresholdBlocks == null ? 0 : thresholdBlocks, doing);
        }
    }

    /**
     * How far a journal goes.
     *
     * @param bytes of it; 0 for one that is closed, and becomes a backup as a whole
     */
    private record Place(JournalId id, long bytes) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::id).thenComparingLong(Place::bytes);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * @param source of nobody else's: a pass that hangs has its own
     * @param governor looks, too: a pass that hangs doesn't
     * @param limit what was written so long ago is late
     */
    public JournalWatch(
            JournalSource source, JournalChain chain, JournalGovernor governor, Duration limit, Passes passes) {
        this.governor = governor;
        this.source = source;
        this.chain = chain;
        this.limit = limit;
        this.passes = passes;
        this.stall = new StallWatch<>(limit);
        this.archive = new StallWatch<>(limit);
    }

    /** Of configured journals. */
    public static JournalWatch of(
            Journals journals, String name, Duration limit, Passes passes, JournalListener listener)
            throws IOException {
        return new JournalWatch(
                journals.source(name), journals.services().chain(), journals.governor(name, listener), limit, passes);
    }

    /** What was written so long ago is late. */
    public Duration limit() {
        return limit;
    }

    /** Looks at both ends. That one can't be seen is a finding, too, and so is one that doesn't answer. */
    public void look(long nowNanos) {
        lookingSince = nowNanos;
        try {
            lookAtBothEnds(nowNanos);
            governor.look();
            blind = "";
        } catch (IOException e) {
            blind = "the journals of " + source.name() + " can't be looked at: " + e.getMessage();
        } catch (RuntimeException e) {
            blind = "the journals of " + source.name() + " can't be looked at, by a defect of this program: " + e;
        } finally {
            lookingSince = null;
        }
    }

    private void lookAtBothEnds(long nowNanos) throws IOException {
        boolean grows = source.layout() == JournalLayout.EXTENSIBLE;
        // a database that is away closes no journals, so that none is late there
        JournalView view = grows ? new JournalView(true, List.of(source.written())) : source.ask(doubt -> {});
        JournalView.Ahead ahead = view.ahead();
        if (ahead != null) {
            lookAtArchive(nowNanos, ahead);
        }
        follow(view);
        open = grows || endsCurrent();
        Journal current = view.current().filter(each -> isTaken(each, grows)).orElse(null);
        List<Journal> ready = view.ready();
        if (current != null) {
            lookAtCurrent(nowNanos, current);
        } else if (!ready.isEmpty()) {
            stall.source(nowNanos, new Place(ready.get(ready.size() - 1).id(), 0));
        }
        Optional<JournalId> last = chain.last(source.name());
        if (last.isPresent()) {
            stall.stored(stored(last.get()));
        }
    }

    /** Those of an earlier incarnation went with the database's files, and won't be backed up any more. */
    private void follow(JournalView view) {
        long now = view.journals().stream()
                .mapToLong(each -> each.id().incarnation())
                .max()
                .orElse(incarnation);
        if (now > incarnation) {
            incarnation = now;
            stall.reset();
        }
    }

    /** Whether a pass would back it up as it is now. */
    private boolean isTaken(Journal current, boolean grows) {
        if (grows) {
            return current.bytes() > passes.thresholdBlocks() * JournalResult.BLOCK_BYTES;
        }
        return current.bytes() > 0 && endsCurrent();
    }

    /** Whether it is a pass that closes journals, so that one which hangs closes none. */
    private boolean endsCurrent() {
        return source.abilities().contains(JournalSource.Ability.SWITCH)
                && !source.abilities().contains(JournalSource.Ability.ARCHIVED);
    }

    private void lookAtCurrent(long nowNanos, Journal current) {
        Place place = new Place(current.id(), current.bytes());
        Journal before = newest;
        newest = current;
        if (before != null && before.id().equals(current.id()) && !before.name().equals(current.name())) {
            // somebody else began it anew
            stall.instead(place);
        }
        stall.source(nowNanos, place);
    }

    /** Nothing more comes of what is lost or given up. */
    private Place stored(JournalId last) throws IOException {
        Place end = new Place(last, 0);
        for (JournalPiece piece : chain.pieces(source.name(), last)) {
            Place each =
                    new Place(piece.id(), piece.state().isDurable() ? piece.from() + piece.bytes() : Long.MAX_VALUE);
            end = each.compareTo(end) > 0 ? each : end;
        }
        return end;
    }

    private void lookAtArchive(long nowNanos, JournalView.Ahead ahead) {
        JournalId awaited = ahead.awaited();
        archive.source(nowNanos, ahead.writing().id());
        archive.stored(awaited == null ? ahead.writing().id() : awaited);
        unarchived = awaited == null
                ? ""
                : "the first is " + source.nameOf(awaited).orElse(awaited.toString())
                        + (ahead.failing().isEmpty() ? "" : "; " + ahead.failing());
    }

    /** What kind of thing is wrong, the worst first. */
    public enum Kind {
        /** Closed journals don't come to the source. */
        NOT_ARCHIVED,
        /** What the source has doesn't become backups. */
        NOT_BACKED_UP,
        /** A look at the source hangs. */
        NOT_ANSWERED,
        /** The journals' disk fills up (J26). */
        DISK,
        /** The source can't be looked at. */
        NOT_SEEN,
        /** Nothing is wrong. */
        NONE
    }

    /** @param text in words; empty for {@link Kind#NONE} */
    public record Finding(Kind kind, String text) {}

    /** What is wrong, in words; empty for nothing. */
    public String problem(long nowNanos) {
        return finding(nowNanos).text();
    }

    /** The worst that is wrong. */
    public Finding finding(long nowNanos) {
        if (archive.isStalled(nowNanos)) {
            return new Finding(
                    Kind.NOT_ARCHIVED,
                    "journals of " + source.name() + " have been closed for "
                            + archive.behind(nowNanos).toSeconds() + " s and don't come to the archive: " + unarchived);
        }
        if (stall.isStalled(nowNanos)) {
            return new Finding(Kind.NOT_BACKED_UP, late(stall.behind(nowNanos).toSeconds()));
        }
        Long since = lookingSince;
        if (since != null && nowNanos - since >= limit.toNanos()) {
            return new Finding(
                    Kind.NOT_ANSWERED,
                    "the journals of " + source.name() + " have not answered a look for "
                            + Duration.ofNanos(nowNanos - since).toSeconds() + " s");
        }
        String disk = governor.problem();
        if (!disk.isEmpty()) {
            return new Finding(Kind.DISK, disk);
        }
        String unseen = blind;
        return unseen.isEmpty() ? new Finding(Kind.NONE, "") : new Finding(Kind.NOT_SEEN, unseen);
    }

    private String late(long seconds) {
        String doing = passes.doing().get();
        String what = open
                ? "what was written to the journals of " + source.name() + " " + seconds + " s ago is not backed up"
                : "journals of " + source.name() + " have been closed for " + seconds + " s and are not backed up";
        return what + (doing.isEmpty() ? "" : "; " + doing);
    }
}
