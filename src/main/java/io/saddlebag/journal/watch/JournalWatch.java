package io.saddlebag.journal.watch;

import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalGovernor;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether closed journals of a source become backups in time, whoever backs them up, and come to the source in time, where its database
 * archives them (J27). One thread looks; anybody asks.
 */
public final class JournalWatch {
    private final JournalSource source;
    private final JournalChain chain;
    private final StallWatch<JournalId> stall;
    /** All before a journal is closed at the database, and is at the source. */
    private final StallWatch<JournalId> archive;

    private final JournalGovernor governor;
    private volatile String blind = "";
    private volatile String unarchived = "";

    /**
     * @param governor looks, too: a pass that hangs doesn't
     * @param limit a journal that was closed so long ago is late
     */
    public JournalWatch(JournalSource source, JournalChain chain, JournalGovernor governor, Duration limit) {
        this.governor = governor;
        this.source = source;
        this.chain = chain;
        this.stall = new StallWatch<>(limit);
        this.archive = new StallWatch<>(limit);
    }

    /** Looks at both ends. That one can't be seen is a finding, too. */
    public void look(long nowNanos) {
        try {
            lookAtBothEnds(nowNanos);
            governor.look();
            blind = "";
        } catch (IOException e) {
            blind = "the journals of " + source.name() + " can't be looked at: " + e.getMessage();
        }
    }

    /** One that grows isn't closed before its pass, and isn't for a second reader. */
    private void lookAtBothEnds(long nowNanos) throws IOException {
        if (source.layout() == JournalLayout.EXTENSIBLE) {
            return;
        }
        // a database that is away closes no journals, so that none is late there
        JournalView view = source.ask(doubt -> {});
        JournalView.Ahead ahead = view.ahead();
        if (ahead != null) {
            lookAtArchive(nowNanos, ahead);
        }
        List<Journal> ready = view.ready();
        if (!ready.isEmpty()) {
            stall.source(nowNanos, ready.get(ready.size() - 1).id());
        }
        Optional<JournalId> last = chain.last(source.name());
        last.ifPresent(stall::stored);
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

    /** What is wrong, in words; empty for nothing. */
    public String problem(long nowNanos) {
        if (archive.isStalled(nowNanos)) {
            return "journals of " + source.name() + " have been closed for "
                    + archive.behind(nowNanos).toSeconds() + " s and don't come to the archive: " + unarchived;
        }
        if (stall.isStalled(nowNanos)) {
            return "journals of " + source.name() + " have been closed for "
                    + stall.behind(nowNanos).toSeconds() + " s and are not backed up";
        }
        return governor.problem().isEmpty() ? blind : governor.problem();
    }
}
