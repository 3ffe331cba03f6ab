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

/** Full passes over a source that gets its journals from its engine's archive, some time after they were closed. */
@Tag("J3")
class ArchivedPassTest {
    @TempDir
    Path home;

    private final List<String> events = new ArrayList<>();
    private JournalSite site;
    private long current = 3;
    private long currentBytes = 10;
    private long awaited;
    private boolean fails;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    @Test
    @Tag("J6")
    void what_is_here_has_a_file_of_its_own_and_does_not_wait_for_the_current_one() throws Exception {
        site.drop(1, 2);

        JournalResult result = pass(JournalOptions.DEFAULT);

        assertThat(events).containsExactly("release 1", "release 2", "closed", "quiet", "switch 3", "release 3");
        assertThat(result.count()).isEqualTo(3);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
        assertThat(site.bench.chain().pieces("ledger"))
                .extracting(JournalPiece::dependent)
                .containsExactly(true, true, false);
    }

    @Test
    @Tag("J4")
    void both_files_are_one_pass_of_those_that_are_counted() throws Exception {
        site.drop(1, 2);
        Wishes wishes = new Wishes();
        wishes.continuous = true;
        wishes.passes = 1L;

        pass(wishes.options());

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
    }

    @Test
    @Tag("J18")
    void an_archive_that_fails_keeps_nothing_of_what_is_here_from_being_saved() throws Exception {
        site.drop(1, 2);
        fails = true;

        assertThatThrownBy(() -> pass(JournalOptions.DEFAULT)).hasMessageContaining("SBG-X011");

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        fails = false;
        pass(JournalOptions.DEFAULT);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
    }

    @Test
    @Tag("J16")
    void a_journal_that_is_on_its_way_is_no_gap_and_one_that_is_not_is() throws Exception {
        site.drop(1);
        currentBytes = 0;
        pass(JournalOptions.DEFAULT);
        site.drop(3);
        current = 4;
        awaited = 2;

        pass(JournalOptions.DEFAULT);

        assertThat(events).contains("closed");
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");

        site.drop(5);
        current = 6;
        assertThatThrownBy(() -> pass(JournalOptions.DEFAULT)).hasMessageContaining("SBG-X002");
    }

    private JournalResult pass(JournalOptions options) throws IOException, InterruptedException {
        Workbench.Node node = site.bench.node();
        return node.journals(
                        new Archived(),
                        node.poolTarget(),
                        options,
                        (message, text) -> site.told.add(message + ", " + text))
                .run();
    }

    private final class Archived extends Twin {
        Archived() {
            super(site.source());
        }

        @Override
        public Set<Ability> abilities() {
            return Set.of(Ability.QUIET_POINT, Ability.SWITCH, Ability.ARCHIVED);
        }

        @Override
        public JournalView ask(Consumer<String> doubts) throws IOException {
            Journal writing =
                    new Journal(new JournalId(1, current), "current", currentBytes, Journal.State.CURRENT, 0, 0, 40);
            return new JournalView(
                    true,
                    look().journals(),
                    new JournalView.Ahead(writing, awaited == 0 ? null : new JournalId(1, awaited), ""));
        }

        @Override
        public void awaitClosed() throws IOException {
            events.add("closed");
            if (fails) {
                throw new BackupException(JournalFault.NOT_ARCHIVED, "it doesn't come", "Mend it.");
            }
            if (awaited > 0) {
                site.drop(awaited);
                awaited = 0;
            }
        }

        @Override
        public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled) {
            events.add("quiet");
            return () -> {};
        }

        @Override
        public Optional<Journal> switchCurrent() throws IOException {
            events.add("switch " + current);
            JournalId switched = new JournalId(1, current++);
            currentBytes = 0;
            site.drop(switched.sequence());
            return look().ready().stream()
                    .filter(each -> each.id().equals(switched))
                    .findFirst();
        }

        @Override
        public Released release(Journal journal, long upTo) throws IOException {
            events.add("release " + journal.id());
            return super.release(journal, upTo);
        }
    }
}
