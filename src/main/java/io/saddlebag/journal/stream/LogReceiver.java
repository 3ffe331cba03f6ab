package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogConnection;
import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogFlow;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.database.log.ServerIdentity;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives a server's log into a folder of segments (J19). What is reported to the server as durable is: a slot lets go of it, and a
 * commit that waits for this copy can't be lost with the server.
 *
 * <p>Killed at any instruction, it goes on with the segment that was under way, from its beginning, and what is on disk is compared
 * with what arrives. Follows the server to other timelines, whose histories are kept before their segments.
 *
 * <p>{@link #run} is for one thread; the rest is thread-safe.
 */
public final class LogReceiver {
    /** So much is received before it is made durable, however fast more arrives. */
    static final long MOST_UNSYNCED_BYTES = 16L << 20;

    /** How long it may take to notice that it is to stop. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** A server ends connections that say nothing for a minute. */
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

    /** What a commit that waits for its copy waits longer while the journals' disk fills up. */
    private static final Duration THROTTLE = Duration.ofMillis(50);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Parts parts;
    private final LostSegments lost;
    private volatile StreamProgress progress = StreamProgress.NONE;
    private volatile @Nullable LogSegments segments;

    /**
     * What a receiver works with.
     *
     * @param journals their configured name; the chain is kept under it
     * @param folder that gets the segments
     * @param gathering so long after a flush what arrives is left to gather for the next one, where nobody waits for the copy: each flush
     *     takes from the database's disk what its commits need
     * @param throttled whether commits are to wait a little longer than for their copy (J26)
     */
    public record Parts(
            String journals,
            Path folder,
            LogServer server,
            HostFiles files,
            InPlaceFiles inPlace,
            JournalChain chain,
            Waiter waiter,
            JournalListener listener,
            Duration gathering,
            BooleanSupplier throttled) {}

    public LogReceiver(Parts parts) {
        this.parts = parts;
        this.lost = new LostSegments(parts.journals(), parts.server(), parts.chain(), parts.listener());
    }

    public StreamProgress progress() {
        return progress;
    }

    /** As the server said last; null before it has said anything. */
    @Nullable
    LogSegments segments() {
        return segments;
    }

    /**
     * Receives until it is told to stop; a connection that is lost is made again.
     *
     * @param stopped looked at several times a second
     * @throws BackupException {@link io.saddlebag.journal.JournalFault#GAP} when the server hasn't got the next segment any more: that is
     *     recorded, and the next run goes on behind it; {@link LogFault#DIVERGED}, or a fault of the folder's files
     */
    public void run(BooleanSupplier stopped) throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!stopped.getAsBoolean()) {
            long before = progress.durable();
            try (LogConnection connection = parts.server().connect()) {
                follow(connection, stopped);
            } catch (BackupException e) {
                if (!e.is(LogFault.CONNECTION)) {
                    throw e;
                }
                pause = progress.durable() > before ? FIRST_PAUSE : pause;
                tell(JournalMessage.STREAMLOST, e.what() + "; trying again in " + pause.toSeconds() + " s");
                await(pause, stopped);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            } finally {
                progress = progress.disconnected();
            }
        }
        tell(JournalMessage.STREAMEND, "received and durable to " + LogPosition.lsn(progress.durable()));
    }

    private void await(Duration pause, BooleanSupplier stopped) throws InterruptedException {
        for (Duration left = pause; !left.isNegative() && !left.isZero() && !stopped.getAsBoolean(); ) {
            parts.waiter().await(LOOK);
            left = left.minus(LOOK);
        }
    }

    private void follow(LogConnection connection, BooleanSupplier stopped) throws IOException, InterruptedException {
        ServerIdentity server = connection.identify();
        LogSegments segments = new LogSegments(server.segmentBytes());
        this.segments = segments;
        try (ReceivedSegments received =
                new ReceivedSegments(parts.folder(), segments, parts.files(), parts.inPlace())) {
            JournalId at = start(connection, server, received);
            while (!stopped.getAsBoolean()) {
                TimelineEnds history = histories(connection, server, at, received);
                at = onTimeline(at, server, history);
                tell(JournalMessage.STREAMBEG, "receiving from segment " + segments.name(at));
                Optional<JournalId> next;
                try {
                    LogFlow flow = connection.flow(at.incarnation(), segments.begin(at));
                    next = receive(flow, segments, at, received, stopped);
                } catch (BackupException e) {
                    if (e.is(LogFault.REMOVED)) {
                        throw lost.between(reached(at, segments), server, history, connection.slot(), e);
                    }
                    throw e;
                }
                if (next.isPresent()) {
                    tell(
                            JournalMessage.STREAMTLI,
                            "timeline " + at.incarnation() + " has ended, going on with timeline "
                                    + next.get().incarnation());
                    at = next.get();
                    server = connection.identify();
                }
            }
        }
    }

    /** The segment that has not been received as a whole. */
    private JournalId reached(JournalId begun, LogSegments segments) {
        StreamProgress now = progress;
        JournalId under = segments.holding(Math.max(1, now.timeline()), now.received());
        return now.timeline() == begun.incarnation() && under.compareTo(begun) > 0 ? under : begun;
    }

    private JournalId start(LogConnection connection, ServerIdentity server, ReceivedSegments received)
            throws IOException {
        Optional<JournalId> inFolder = received.next();
        Optional<JournalId> inChain = parts.chain().last(parts.journals()).map(JournalId::next);
        Optional<JournalId> known =
                inFolder.isPresent() && inChain.isPresent() && inChain.get().compareTo(inFolder.get()) > 0
                        ? inChain
                        : inFolder.or(() -> inChain);
        SlotState slot = connection.slot();
        if (slot.is(SlotState.Presence.LOST)) {
            tell(JournalMessage.STREAMSLOT, "the server has given up the slot, which is made anew");
            connection.removeSlot();
            slot = connection.makeSlot();
        } else if (slot.is(SlotState.Presence.MISSING)) {
            tell(JournalMessage.STREAMSLOT, "the slot is made" + (known.isPresent() ? " anew: it is missing" : ""));
            slot = connection.makeSlot();
        }
        long first = slot.restart() == 0 ? server.position() : slot.restart();
        return known.isPresent() ? known.get() : first(connection, server, first);
    }

    /** The segment with that position, of the timeline that it was written on: a slot may be older than the server's own. */
    private static JournalId first(LogConnection connection, ServerIdentity server, long position) throws IOException {
        TimelineEnds history = server.timeline() == 1
                ? TimelineEnds.NONE
                : TimelineEnds.of(server, connection.history(server.timeline()));
        return new LogSegments(server.segmentBytes()).holding(history.at(position, server.timeline()), position);
    }

    /** The histories of the server's timeline and of those between are durable on return. */
    private TimelineEnds histories(
            LogConnection connection, ServerIdentity server, JournalId at, ReceivedSegments received)
            throws IOException {
        if (server.timeline() < at.incarnation()) {
            throw diverged("the server is on timeline " + server.timeline() + ", and timeline " + at.incarnation()
                    + " has been received");
        }
        if (server.timeline() == 1) {
            return TimelineEnds.NONE;
        }
        byte[] content = connection.history(server.timeline());
        TimelineEnds history = TimelineEnds.of(server, content);
        for (long between : history.ends().keySet()) {
            if (between > at.incarnation()) {
                received.history(between, connection.history(between));
            }
        }
        received.history(server.timeline(), content);
        return history;
    }

    /** Where the server left the timeline before what was received, the rest of that is of another life of the database. */
    private static JournalId onTimeline(JournalId at, ServerIdentity server, TimelineEnds history)
            throws BackupException {
        LogSegments segments = new LogSegments(server.segmentBytes());
        JournalId from = at;
        while (from.incarnation() != server.timeline()) {
            OptionalLong end = history.end(from.incarnation());
            if (end.isEmpty()) {
                throw diverged("timeline " + server.timeline() + " of the server doesn't come from timeline "
                        + from.incarnation() + ", which has been received");
            }
            if (segments.begin(from) <= end.getAsLong()) {
                return from;
            }
            long next = history.after(from.incarnation(), server.timeline());
            from = segments.holding(next, end.getAsLong());
        }
        return from;
    }

    /** @return the segment to go on with when the timeline has ended; empty when told to stop */
    private Optional<JournalId> receive(
            LogFlow flow, LogSegments segments, JournalId at, ReceivedSegments segment, BooleanSupplier stopped)
            throws IOException, InterruptedException {
        long begin = segments.begin(at);
        long received = begin;
        long synced = begin;
        long reported = parts.waiter().nanos();
        long flushed = reported - parts.gathering().toNanos();
        while (true) {
            boolean stopping = stopped.getAsBoolean();
            LogFlow.Kind kind = flow.next(stopping || owes(flow, received, synced) ? Duration.ZERO : LOOK);
            if (kind == LogFlow.Kind.BYTES) {
                received = take(flow, at.incarnation(), received, segment);
            } else if (kind == LogFlow.Kind.END) {
                segment.close();
                progress = new StreamProgress(true, at.incarnation(), received, received, flow.serverEnd());
                return Optional.of(segments.holding(flow.nextTimeline(), received));
            }
            if (kind == LogFlow.Kind.BYTES && received >= flow.serverEnd() && gather(flushed)) {
                continue;
            }
            boolean round = kind == LogFlow.Kind.NOTHING || stopping || received - synced >= MOST_UNSYNCED_BYTES;
            if (round && received > synced) {
                segment.sync();
                synced = received;
                flushed = parts.waiter().nanos();
                throttle();
                reported = report(flow, synced);
            } else if (flow.answerWanted() || parts.waiter().nanos() - reported > REPORT_EVERY.toNanos()) {
                // nothing is said of what an earlier life received before it is known to be durable
                reported = report(flow, synced > begin ? synced : 0);
            }
            progress = new StreamProgress(true, at.incarnation(), received, synced, flow.serverEnd());
            if (stopping) {
                return Optional.empty();
            }
        }
    }

    /**
     * Whether what was received is flushed as soon as nothing more is there. Far behind the server there is more before long, and flushing
     * by crumbs would keep it waiting: nobody's commit is durable before all that was written earlier is.
     */
    private static boolean owes(LogFlow flow, long received, long synced) {
        return received > synced && flow.serverEnd() - received < MOST_UNSYNCED_BYTES;
    }

    private static long take(LogFlow flow, long timeline, long expected, ReceivedSegments segment) throws IOException {
        if (flow.position() != expected) {
            throw diverged("the server sent from " + LogPosition.lsn(flow.position()) + ", and "
                    + LogPosition.lsn(expected) + " comes next");
        }
        int length = flow.bytes().remaining();
        segment.write(timeline, expected, flow.bytes());
        return expected + length;
    }

    /** @return whether that was waited for; what has come meanwhile is taken at once */
    private boolean gather(long flushed) throws InterruptedException {
        long left = parts.gathering().toNanos() - (parts.waiter().nanos() - flushed);
        if (left <= 0) {
            return false;
        }
        parts.waiter().await(Duration.ofNanos(left));
        return true;
    }

    private void throttle() throws InterruptedException {
        if (parts.throttled().getAsBoolean()) {
            parts.waiter().await(THROTTLE);
        }
    }

    private long report(LogFlow flow, long durable) throws IOException {
        flow.report(durable);
        return parts.waiter().nanos();
    }

    private static BackupException diverged(String what) {
        return new BackupException(
                LogFault.DIVERGED,
                what,
                "Find out which server it is. To receive another life of the database, give its journals a name and folder of"
                        + " their own, and make a full backup.");
    }

    private void tell(JournalMessage message, String text) {
        parts.listener().told(message, parts.journals() + ": " + text);
    }
}
