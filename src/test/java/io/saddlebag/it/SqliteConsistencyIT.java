package io.saddlebag.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Online backups of an SQLite database in a row, each equal to the instant at which it was pinned. */
class SqliteConsistencyIT {
    @TempDir
    Path folder;

    @Test
    @Tag("W6")
    @Tag("W7")
    @Tag("W13")
    void each_backup_under_load_is_of_one_instant() throws Exception {
        run(ConsistencyRounds.FEW);
    }

    @Test
    @Tag("long")
    @Tag("W6")
    @Tag("W7")
    @Tag("W13")
    void each_of_200_backups_under_load_is_of_one_instant() throws Exception {
        run(ConsistencyRounds.MANY);
    }

    private void run(int rounds) throws Exception {
        try (SqliteSource source = SqliteSource.on(folder, "btrfs")) {
            new ConsistencyRounds(source, folder).run(rounds);
        }
    }
}
