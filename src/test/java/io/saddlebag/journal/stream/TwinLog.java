package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogConnection;
import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogFlow;
import io.saddlebag.database.log.LogMark;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.database.log.ServerIdentity;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A server in memory: a log of made-up bytes, of which none is 0 but behind a switch, on as many timelines as a test wants. It can lose its slot, remove its
 * log, break off, and begin another timeline.
 */
class TwinLog implements LogServer {
    static final int SEGMENT = 1 << 20;

    /** Where each timeline was left. */
    final TreeMap<Long, Long> ends = new TreeMap<>();

    final List<String> told = new ArrayList<>();
    long timeline = 1;
    long end;
    long removedBefore;
    SlotState slot = SlotState.MISSING;
    String historyBegins = "";
    int seed = 1;
    int chunk = 100_000;
    /** After so many messages the connection is gone; 0 for never. */
    int breaksAfter;

    /** Whether each message comes a moment after the one before: only who waits for it gets it. */
    boolean crumbs;

    boolean idle;
    /** From here to the end of its segment there are zeros, as after a switch; 0 for nowhere. */
    long switched;

    String synchronous = "";

    static byte at(int seed, long timeline, long position) {
        return (byte) (1 + Math.floorMod(position * 31 + position / 251 + seed + timeline * 7, 255));
    }

    /** What the log holds on that timeline; before its beginning it is that of its ancestors. */
    byte[] bytes(long of, long from, long to) {
        byte[] bytes = new byte[(int) (to - from)];
        for (int i = 0; i < bytes.length; i++) {
            long position = from + i;
            boolean zero = switched > 0 && position >= switched && position / SEGMENT == switched / SEGMENT;
            bytes[i] = zero ? 0 : at(seed, wrote(of, position), position);
        }
        return bytes;
    }

    private long wrote(long of, long position) {
        for (var left : ends.headMap(of).entrySet()) {
            if (position < left.getValue()) {
                return left.getKey();
            }
        }
        return of;
    }

    /** The database was recovered, or its standby promoted. */
    void switchTimeline(long at) {
        ends.put(timeline, at);
        timeline++;
        end = Math.max(end, at);
    }

    /** Happens at the server before each message. */
    void beforeMessage() throws IOException {}

    /** @param from where the server began to send */
    void reported(long of, long from, long durable) {}

    @Override
    public String name() {
        return "orders";
    }

    @Override
    public LogConnection connect() {
        return new Connection();
    }

    @Override
    public long position() {
        return end;
    }

    @Override
    public Optional<LogMark> mark(String token) {
        return Optional.empty();
    }

    @Override
    public String notSynchronous() {
        return synchronous;
    }

    @Override
    public SlotState slot() {
        return slot;
    }

    private final class Connection implements LogConnection {
        @Override
        public ServerIdentity identify() {
            return new ServerIdentity("42", timeline, end, SEGMENT);
        }

        @Override
        public byte[] history(long of) {
            StringBuilder text = new StringBuilder(historyBegins);
            ends.headMap(of)
                    .forEach((each, left) -> text.append(each)
                            .append('\t')
                            .append(LogPosition.lsn(left))
                            .append("\tno reason\n"));
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public SlotState slot() {
            return slot;
        }

        @Override
        public SlotState makeSlot() {
            told.add("slot made");
            slot = new SlotState(
                    SlotState.Presence.THERE, Math.max(removedBefore, end / SEGMENT * SEGMENT), OptionalLong.empty());
            return slot;
        }

        @Override
        public void removeSlot() {
            told.add("slot removed");
            slot = SlotState.MISSING;
        }

        @Override
        public LogFlow flow(long of, long from) throws IOException {
            if (from < removedBefore) {
                throw new BackupException(LogFault.REMOVED, "requested WAL segment has already been removed", "None.");
            }
            if (from > ends.getOrDefault(of, end)) {
                throw new BackupException(
                        LogFault.DIVERGED, "requested starting point is ahead of the WAL flush position", "None.");
            }
            return new Flow(of, from);
        }

        @Override
        public void close() {
            told.add("closed");
        }
    }

    private final class Flow implements LogFlow {
        private final long of;
        private long next;
        private long position;
        private ByteBuffer bytes = ByteBuffer.allocate(0);
        private final long begin;
        private int messages;

        Flow(long of, long from) {
            this.of = of;
            this.begin = from;
            this.next = from;
        }

        @Override
        public Kind next(Duration wait) throws IOException {
            beforeMessage();
            if (breaksAfter > 0 && ++messages > breaksAfter) {
                breaksAfter = 0;
                throw new BackupException(LogFault.CONNECTION, "connection reset", "None.");
            }
            if (next < removedBefore) {
                throw new BackupException(LogFault.REMOVED, "requested WAL segment has already been removed", "None.");
            }
            long limit = ends.getOrDefault(of, end);
            if (next >= limit) {
                if (ends.containsKey(of)) {
                    return Kind.END;
                }
                idle = true;
                return Kind.NOTHING;
            }
            if (crumbs && wait.isZero()) {
                return Kind.NOTHING;
            }
            long to = Math.min(limit, next + chunk);
            position = next;
            bytes = ByteBuffer.wrap(TwinLog.this.bytes(of, next, to));
            next = to;
            return Kind.BYTES;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public long serverEnd() {
            return end;
        }

        @Override
        public boolean answerWanted() {
            return false;
        }

        @Override
        public long nextTimeline() {
            return of + 1;
        }

        @Override
        public void report(long durable) {
            told.add("durable " + durable);
            reported(of, begin, durable);
            if (durable > 0 && slot.presence() == SlotState.Presence.THERE) {
                slot = new SlotState(SlotState.Presence.THERE, durable, OptionalLong.empty());
            }
        }
    }
}
