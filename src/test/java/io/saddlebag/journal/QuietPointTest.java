package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full passes over a source that can be told to switch journals, and that has a quiet point. */
@Tag("J6")
@Tag("J3")
class QuietPointTest {
    @TempDir
    Path home;

    private final List<String> events = new ArrayList<>();
    private JournalSite site;
    private long current = 3;
    private long currentBytes = 10;
    private boolean stalls;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    @Test
    void the_current_journal_comes_last_at_one_quiet_point_however_many_journals_there_are() throws Exception {
        site.drop(1, 2);

        JournalResult result = pass(JournalOptions.DEFAULT);

        assertThat(result.count()).isEqualTo(3);
        assertThat(result.current()).isEqualTo(4);
        assertThat(events)
                .containsExactly("quiet null", "switch 3", "quiet point ends", "release 1", "release 2", "release 3");
        assertThat(site.told)
                .containsSubsequence(
                        "AIJBCKSEQ, backing up after-image journal sequence number 2",
                        "QUIETPT, waiting for database quiet point",
                        "QUIETPTBUSY, held up by session 7 of clerk",
                        "AIJBCKSEQ, backing up after-image journal sequence number 3");
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
        assertThat(site.bench.chain().pieces("ledger")).noneMatch(JournalPiece::dependent);
    }

    @Test
    void without_one_the_file_depends_on_its_successor() throws Exception {
        Wishes wishes = new Wishes();
        wishes.quietPoint = false;
        wishes.lockTimeout = Duration.ofSeconds(5);

        pass(wishes.options());

        assertThat(events).containsExactly("switch 3", "release 3");
        assertThat(site.bench.chain().pieces("ledger")).allMatch(JournalPiece::dependent);
        assertThat(site.bench.onlyJob().cause()).contains("'lockTimeout' is ignored");
    }

    @Test
    void by_number_there_is_none_and_nothing_is_switched() throws Exception {
        site.drop(1, 2);
        Wishes wishes = new Wishes();
        wishes.sequence = SequenceRange.parse("1,1");

        pass(wishes.options());

        assertThat(events).containsExactly("release 1");
    }

    @Test
    void a_wait_that_is_too_long_is_an_error_and_nothing_is_released() throws Exception {
        site.drop(1);
        current = 2;
        stalls = true;
        Wishes wishes = new Wishes();
        wishes.lockTimeout = Duration.ofSeconds(5);

        assertThatThrownBy(() -> pass(wishes.options())).hasStackTraceContaining("SBG-X005");
        assertThat(events).containsExactly("quiet PT5S");
        assertThat(site.atSource()).containsExactly("redo_1.arc");
        assertThat(site.chain()).isEmpty();

        stalls = false;
        pass(JournalOptions.DEFAULT);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
    }

    @Test
    void an_empty_current_journal_is_left_alone() throws Exception {
        currentBytes = 0;

        assertThat(pass(JournalOptions.DEFAULT).hasBackup()).isFalse();

        assertThat(events).isEmpty();
    }

    private JournalResult pass(JournalOptions options) throws IOException, InterruptedException {
        Workbench.Node node = site.bench.node();
        return node.journals(
                        new Switching(),
                        node.poolTarget(),
                        options,
                        (message, text) -> site.told.add(message + ", " + text))
                .run();
    }

    private final class Switching extends Twin {
        Switching() {
            super(site.source());
        }

        @Override
        public Set<Ability> abilities() {
            return Set.of(Ability.QUIET_POINT, Ability.SWITCH);
        }

        @Override
        public JournalView look() throws IOException {
            List<Journal> all = new ArrayList<>(super.look().journals());
            all.add(new Journal(new JournalId(1, current), "current", currentBytes, Journal.State.CURRENT, 0, 0, 40));
            return new JournalView(true, all);
        }

        @Override
        public Optional<Journal> switchCurrent() throws IOException {
            events.add("switch " + current);
            JournalId switched = new JournalId(1, current++);
            currentBytes = 0;
            site.drop(switched.sequence());
            return super.look().ready().stream()
                    .filter(each -> each.id().equals(switched))
                    .findFirst();
        }

        @Override
        public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled) throws IOException {
            events.add("quiet " + lockTimeout);
            if (stalls) {
                throw new BackupException(JournalFault.NO_QUIET_POINT, "no quiet point came", "Repeat.");
            }
            stalled.accept("session 7 of clerk");
            return () -> events.add("quiet point ends");
        }

        @Override
        public Released release(Journal journal, long upTo) throws IOException {
            events.add("release " + journal.id());
            return super.release(journal, upTo);
        }
    }
}
