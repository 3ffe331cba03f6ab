package io.saddlebag.database.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.database.StagedReplay.Part;
import io.saddlebag.database.StagedReplay.State;
import io.saddlebag.recovery.JournalOffset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where journals go on from a backup whose log was empty. */
@Tag("R11")
class SqliteReplayTest {
    private static final Instant NOON = Instant.parse("2026-10-25T12:00:00Z");

    private StagedReplay replay;
    private final List<Part> known = new ArrayList<>();

    @BeforeEach
    void replay() throws Exception {
        replay = new SqliteReplay(SqliteSettings.read(new DatabaseOptions("app", Map.of("file", "/srv/app.db"))));
    }

    /** A whole journal of 100 bytes, in a backup of that number, by a pass so many minutes after noon. */
    private void pass(long sequence, long backup, long minute) {
        known.add(new Part(sequence, "wal-" + sequence, 0, 100, backup, NOON.plusSeconds(60 * minute)));
    }

    private String begin(long backup, String... facts) {
        Map<String, String> all = new java.util.HashMap<>(Map.of(SqliteReplay.LOG, SqliteReplay.EMPTY));
        for (int i = 0; i < facts.length; i += 2) {
            all.put(facts[i], facts[i + 1]);
        }
        return replay.begin(new State(backup, NOON, all), known)
                .map(position -> JournalOffset.of(position).toString())
                .orElse("nobody knows");
    }

    /** Passes of the hour after the backup say that they are older: none of them is skipped. */
    @Test
    @Tag("Q11")
    void it_is_what_the_backup_says_whatever_clocks_said() {
        pass(1, 1, -10);
        pass(2, 3, -50);
        pass(3, 4, -40);

        assertThat(begin(2, SqliteReplay.BEHIND, "1 100 wal-1")).isEqualTo("byte 100 of journal 1");
        assertThat(begin(2, SqliteReplay.BEHIND, "2 0 wal-2")).isEqualTo("byte 0 of journal 2");
        assertThat(begin(2, SqliteReplay.BEHIND, "1 0")).isEqualTo("byte 0 of journal 1");
    }

    @Test
    @Tag("J25")
    void a_number_of_another_chain_is_none() {
        pass(1, 1, -10);

        assertThat(begin(2, SqliteReplay.BEHIND, "1 100 wal-9")).isEqualTo("nobody knows");
        assertThat(begin(2, SqliteReplay.BEHIND, "7 100 wal-7")).isEqualTo("nobody knows");
        assertThat(begin(2, SqliteReplay.BEHIND, "1 200 wal-1")).isEqualTo("nobody knows");
        assertThat(begin(2, SqliteReplay.BEHIND, SqliteReplay.NOTHING)).isEqualTo("nobody knows");
    }

    @Test
    @Tag("Q11")
    void an_older_backup_goes_by_its_age_unless_clock_and_catalog_differ() {
        pass(1, 1, -10);
        pass(2, 3, 10);
        known.add(new Part(3, "wal-3", 0, 100, Part.AT_SOURCE, NOON.minusSeconds(60)));
        assertThat(begin(2)).isEqualTo("byte 100 of journal 1");

        known.clear();
        pass(1, 1, -10);
        pass(2, 3, -50);
        assertThat(begin(2)).isEqualTo("nobody knows");

        known.clear();
        pass(1, 3, 10);
        pass(2, 1, -10);
        assertThat(begin(2)).isEqualTo("nobody knows");
    }
}
