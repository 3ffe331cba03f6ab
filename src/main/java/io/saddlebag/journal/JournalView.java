package io.saddlebag.journal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a source has at one moment.
 *
 * @param on whether the database keeps journals at all (J16)
 * @param journals that exist and weren't released, in the order of their numbers
 * @param ahead of these, where journals come to the source some time after they were closed; null where there is no such thing, and where it
 *     isn't known
 */
public record JournalView(
        boolean on, List<Journal> journals, @Nullable Ahead ahead) {
    public JournalView {
        journals = journals.stream().sorted(Comparator.comparing(Journal::id)).toList();
    }

    /** Of a source that has all journals itself. */
    public JournalView(boolean on, List<Journal> journals) {
        this(on, journals, null);
    }

    /**
     * What the database has, and the source hasn't yet. Journals between the two aren't missing, but on their way.
     *
     * @param writing the journal that is being written; of no length when nothing is in it that a backup should have
     * @param awaited the first of the closed ones that are on their way; null for none
     * @param failing why they don't come, as the database says; empty for nothing
     */
    public record Ahead(Journal writing, @Nullable JournalId awaited, String failing) {
        /** Whether a full pass has to bring something here. */
        boolean isDue() {
            return awaited != null || writing.bytes() > 0;
        }
    }

    /** Those that can be backed up as they are. */
    public List<Journal> ready() {
        return journals.stream().filter(each -> each.is(Journal.State.READY)).toList();
    }

    /** The one that is being written; empty where the source can't tell. */
    public Optional<Journal> current() {
        Ahead known = ahead;
        return known == null
                ? journals.stream()
                        .filter(each -> each.is(Journal.State.CURRENT))
                        .reduce((older, newer) -> newer)
                : Optional.of(known.writing());
    }
}
