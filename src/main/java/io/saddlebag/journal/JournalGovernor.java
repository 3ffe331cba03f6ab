package io.saddlebag.journal;

import java.io.IOException;

/** Sees to it that the disk of a source's journals doesn't fill up (J26). Thread-safe. */
public interface JournalGovernor {
    /** Nobody looks. */
    JournalGovernor NONE = new JournalGovernor() {
        @Override
        public void look() {
            // nothing was asked for
        }

        @Override
        public boolean spills() {
            return false;
        }

        @Override
        public boolean throttles() {
            return false;
        }

        @Override
        public String problem() {
            return "";
        }
    };

    /**
     * Looks at the disk, and does what is declared for what it sees.
     *
     * @throws IOException when it can't be seen, or a journal that was to be dropped couldn't be
     */
    void look() throws IOException;

    /** Whether backup files go to the second target for now. */
    boolean spills();

    /** Whether writers are to be slowed down for now. */
    boolean throttles();

    /** What is wrong, in words; empty for nothing. */
    String problem();
}
