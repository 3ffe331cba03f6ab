package io.saddlebag.library.scsi;

import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryContract;
import io.saddlebag.scsi.memory.ChangerPlan.Habit;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

class ScsiLibraryTest {
    abstract static class Simulated extends LibraryContract {
        private final SimulatedSite site;

        Simulated(Habit... habits) {
            site = SimulatedSite.small(habits);
        }

        @Override
        protected Library library() throws IOException {
            return site.open();
        }

        @Override
        protected void operatorMoves(Library library, Element from, Element to) {
            site.operatorMoves(from, to);
        }
    }

    @Nested
    class A_library_that_tells_everything extends Simulated {}

    @Nested
    class One_that_appends_its_own_fields extends Simulated {
        One_that_appends_its_own_fields() {
            super(Habit.LONG_DESCRIPTORS);
        }
    }

    @Nested
    class One_that_cuts_its_reports_and_knows_only_plain_commands extends Simulated {
        One_that_cuts_its_reports_and_knows_only_plain_commands() {
            super(Habit.CUTS_REPORTS, Habit.PLAIN, Habit.IGNORES_RANGES, Habit.INVALID_FIELDS, Habit.PULLS);
        }
    }
}
