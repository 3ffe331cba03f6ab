package io.saddlebag.journal.watch;

import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalGovernor;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether closed journals of a source become backups in time, whoever backs them up (J27). One thread looks; anybody asks. */
public final class JournalWatch {
    private final JournalSource source;
    private final JournalChain chain;
    private final StallWatch<JournalId> stall;
    private final JournalGovernor governor;
    private volatile String blind = "";

    /**
     * @param governor looks, too: a pass that hangs doesn't
     * @param limit a journal that was closed so long ago is late
     */
    public JournalWatch(JournalSource source, JournalChain chain, JournalGovernor governor, Duration limit) {
        this.governor = governor;
        this.source = source;
        this.chain = chain;
        this.stall = new StallWatch<>(limit);
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
        List<Journal> ready = source.look().ready();
        if (!ready.isEmpty()) {
            stall.source(nowNanos, ready.get(ready.size() - 1).id());
        }
        Optional<JournalId> last = chain.last(source.name());
        last.ifPresent(stall::stored);
    }

    /** What is wrong, in words; empty for nothing. */
    public String problem(long nowNanos) {
        if (stall.isStalled(nowNanos)) {
            return "journals of " + source.name() + " have been closed for "
                    + stall.behind(nowNanos).toSeconds() + " s and are not backed up";
        }
        return governor.problem().isEmpty() ? blind : governor.problem();
    }
}
