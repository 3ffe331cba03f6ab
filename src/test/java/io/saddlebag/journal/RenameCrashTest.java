package io.saddlebag.journal;

import org.junit.jupiter.api.Tag;

/** As {@link JournalCrashTest}, with journals that become the backup file as they are. */
@Tag("J10")
@Tag("J18")
@Tag("slow")
class RenameCrashTest extends JournalCrashTest {
    @Override
    JournalOptions options() {
        Wishes wishes = new Wishes();
        wishes.rename = true;
        return wishes.options();
    }
}
