package io.saddlebag.journal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a source has at one moment.
 *
 * @param on whether the database keeps journals at all (J16)
 * @param journals that exist and weren't released, in the order of their numbers
 */
public record JournalView(boolean on, List<Journal> journals) {
    public JournalView {
        journals = journals.stream().sorted(Comparator.comparing(Journal::id)).toList();
    }

    /** Those that can be backed up as they are. */
    public List<Journal> ready() {
        return journals.stream().filter(each -> each.is(Journal.State.READY)).toList();
    }

    /** The one that is being written; empty where the source can't tell. */
    public Optional<Journal> current() {
        return journals.stream().filter(each -> each.is(Journal.State.CURRENT)).reduce((older, newer) -> newer);
    }
}
