package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.database.log.ServerIdentity;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Records what a server removed before it was received (J25). */
final class LostSegments {
    /** More than this isn't lost by a server, but another one's numbers. */
    private static final int MOST = 100_000;

    private final String journals;
    private final LogServer log;
    private final JournalChain chain;
    private final JournalListener listener;

    LostSegments(String journals, LogServer log, JournalChain chain, JournalListener listener) {
        this.journals = journals;
        this.log = log;
        this.chain = chain;
        this.listener = listener;
    }

    /**
     * Records the gap.
     *
     * @param from the first that isn't there
     * @return what the operator is to know
     */
    BackupException between(
            JournalId from, ServerIdentity server, TimelineEnds history, SlotState slot, BackupException cause)
            throws IOException {
        LogSegments segments = new LogSegments(server.segmentBytes());
        // what was said when the connection was made may be long ago, and before what was received since
        long kept = slot.restart() == 0 ? log.position() : slot.restart();
        JournalId to = segments.holding(server.timeline(), kept);
        List<JournalId> lost = path(from, to, server, history);
        if (lost.isEmpty() || lost.size() >= MOST) {
            return new BackupException(
                    LogFault.DIVERGED,
                    "the server hasn't got segment " + segments.name(from) + " of " + journals + ", and keeps from "
                            + LogPosition.lsn(kept) + " on",
                    "Find out whether it is the same server, and whether somebody removed files from its pg_wal.",
                    cause);
        }
        chain.record(lost.stream().map(id -> JournalPiece.gap(journals, id)).toList());
        listener.told(
                JournalMessage.DOFULLBCK, journals + ": full database backup should be done to ensure future recovery");
        return new BackupException(
                JournalFault.GAP,
                "journal gap " + segments.name(lost.get(0)) + ".."
                        + segments.name(lost.get(lost.size() - 1)) + " of " + journals
                        + ": the server has removed them",
                "Make a full backup of the database now. If the segments turn up in an archive, put them into the folder: the"
                        + " next pass closes the gap. Receiving goes on behind it.",
                cause);
    }

    private static List<JournalId> path(JournalId from, JournalId to, ServerIdentity server, TimelineEnds history) {
        LogSegments segments = new LogSegments(server.segmentBytes());
        List<JournalId> lost = new ArrayList<>();
        JournalId at = from;
        while (lost.size() < MOST && at.compareTo(to) < 0) {
            OptionalLong end =
                    at.incarnation() == server.timeline() ? OptionalLong.empty() : history.end(at.incarnation());
            if (end.isPresent() && at.sequence() >= end.getAsLong() / segments.bytes()) {
                // the next timeline begins with a copy of that segment
                at = segments.holding(history.after(at.incarnation(), server.timeline()), end.getAsLong());
            } else {
                lost.add(at);
                at = at.next();
            }
        }
        return lost;
    }
}
