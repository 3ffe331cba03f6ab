package io.saddlebag.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Online backups of a PostgreSQL server in a row, each equal to the instant at which its backup mode ended. */
class PostgresConsistencyIT {
    @TempDir
    Path folder;

    @Test
    @Tag("W6")
    @Tag("W7")
    @Tag("W13")
    void each_backup_under_load_is_of_one_instant() throws Exception {
        run("btrfs", ConsistencyRounds.FEW);
    }

    @Test
    @Tag("W6")
    @Tag("W13")
    @Tag("R12")
    void each_streamed_copy_under_load_is_of_one_instant() throws Exception {
        run("stream", ConsistencyRounds.FEW);
    }

    @Test
    @Tag("long")
    @Tag("W6")
    @Tag("W7")
    @Tag("W13")
    void each_of_200_backups_under_load_is_of_one_instant() throws Exception {
        run("btrfs", ConsistencyRounds.MANY);
    }

    @Test
    @Tag("long")
    @Tag("W6")
    @Tag("W13")
    @Tag("R12")
    void each_of_200_streamed_copies_under_load_is_of_one_instant() throws Exception {
        run("stream", ConsistencyRounds.MANY);
    }

    private void run(String provider, int rounds) throws Exception {
        try (PostgresSource source = PostgresSource.on(folder, provider)) {
            new ConsistencyRounds(source, folder).run(rounds);
        }
    }
}
