package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Continuous backup that goes on when a pass fails, in simulated time. */
@Tag("J4")
@Tag("J27")
class PersistentBackupTest {
    @TempDir
    Path home;

    private JournalSite site;
    private final Wishes wishes = new Wishes();
    /** What looks fail with, by their number. */
    private final TreeMap<Integer, IOException> failures = new TreeMap<>();
    /** In seconds since the beginning. */
    private final List<Long> looks = new ArrayList<>();

    private JournalLayout layout = JournalLayout.FIXED_SIZE;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
        wishes.continuous = true;
        wishes.interval = Duration.ofSeconds(60);
        wishes.passes = 1L;
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private static BackupException fault(JournalFault code) {
        return new BackupException(code, "made up", "Wait.");
    }

    private void fail(int from, int to, IOException with) {
        for (int look = from; look <= to; look++) {
            failures.put(look, with);
        }
    }

    private JournalResult persist() throws IOException, InterruptedException {
        Instant begin = site.bench.time.instant();
        JournalSource source = new Twin(site.source()) {
            @Override
            public JournalLayout layout() throws IOException {
                looks.add(Duration.between(begin, site.bench.time.instant()).toSeconds());
                @Nullable IOException failure = failures.get(looks.size());
                if (failure != null) {
                    throw failure;
                }
                return layout;
            }
        };
        var node = site.bench.node();
        return node.journals(
                        source,
                        node.poolTarget(),
                        wishes.options(),
                        (message, text) -> site.told.add(message + ", " + text))
                .persist();
    }

    private List<String> retries() {
        return site.told.stream()
                .filter(each -> each.startsWith("JNLFAIL") || each.startsWith("JNLAGAIN"))
                .toList();
    }

    @Test
    void a_pass_that_fails_is_told_and_tried_again_after_pauses_that_grow() throws Exception {
        fail(2, 6, fault(JournalFault.SOURCE));
        site.bench.time.onWait(() -> drop(looks.size() == 6, 1));

        JournalResult result = persist();

        assertThat(result.backedUp()).isEqualTo(1);
        assertThat(looks).containsExactly(0L, 60L, 120L, 240L, 480L, 780L, 1080L);
        assertThat(retries())
                .containsExactly(
                        "JNLFAIL, the pass over the journals of ledger failed, and is tried again in 60 s: SBG-X009 made up."
                                + " Wait.",
                        "JNLFAIL, the pass over the journals of ledger failed, as did 1 before it, and is tried again in"
                                + " 120 s: SBG-X009 made up. Wait.",
                        "JNLFAIL, the pass over the journals of ledger failed, as did 2 before it, and is tried again in"
                                + " 240 s: SBG-X009 made up. Wait.",
                        "JNLFAIL, the pass over the journals of ledger failed, as did 3 before it, and is tried again in"
                                + " 300 s: SBG-X009 made up. Wait.",
                        "JNLFAIL, the pass over the journals of ledger failed, as did 4 before it, and is tried again in"
                                + " 300 s: SBG-X009 made up. Wait.",
                        "JNLAGAIN, passes over the journals of ledger go through again, after 5 that failed");
    }

    private void drop(boolean now, long sequence) {
        if (now) {
            try {
                site.drop(sequence);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void pauses_begin_anew_when_a_pass_has_gone_through_and_are_never_shorter_than_the_interval() throws Exception {
        wishes.interval = Duration.ofMinutes(10);
        fail(2, 3, new IOException("gone"));
        fail(5, 5, new IOException("gone"));
        site.bench.time.onWait(() -> drop(looks.size() == 5, 1));

        persist();

        assertThat(looks).containsExactly(0L, 600L, 1200L, 1800L, 2400L, 3000L);
        assertThat(retries().get(0))
                .isEqualTo("JNLFAIL, the pass over the journals of ledger failed, and is tried again in 600 s:"
                        + " java.io.IOException: gone");
    }

    @Test
    void one_without_a_pause_does_not_fail_at_once_again_and_again() throws Exception {
        wishes.interval = Duration.ZERO;
        fail(2, 3, new IOException("gone"));
        site.bench.time.onWait(() -> drop(looks.size() == 3, 1));

        persist();

        assertThat(looks).hasSize(4);
        assertThat(looks.get(2) - looks.get(1)).isEqualTo(1);
        assertThat(looks.get(3) - looks.get(2)).isEqualTo(2);
    }

    @Test
    void the_first_pass_ends_it_when_it_may_be_set_up_wrongly() {
        fail(1, 1, fault(JournalFault.SOURCE));

        assertThatThrownBy(this::persist).hasMessageStartingWith("SBG-X009 made up");

        assertThat(looks).hasSize(1);
        assertThat(retries()).isEmpty();
    }

    @Test
    @Tag("J25")
    void the_first_pass_does_not_end_it_when_that_is_of_the_moment() throws Exception {
        site.drop(1);
        site.pass();
        site.drop(3);

        JournalResult result = persist();

        assertThat(result.backedUp()).isEqualTo(3);
        assertThat(site.chain()).isEqualTo("1 READY, 2 GAP, 3 READY");
        assertThat(retries()).hasSize(2).first().asString().contains("SBG-X002 journal gap 2");
    }

    @Test
    void a_layout_that_changes_ends_it_whenever_that_is() {
        site.bench.time.onWait(() -> layout = JournalLayout.EXTENSIBLE);

        assertThatThrownBy(this::persist)
                .hasMessageContaining("had journals of a fixed size when this operation began");

        assertThat(looks).containsExactly(0L, 60L);
    }

    @Test
    void its_end_is_a_failure_when_the_last_pass_failed() {
        wishes.passes = null;
        wishes.until = site.bench.time.instant().plusSeconds(150);
        fail(2, 9, fault(JournalFault.NO_ROOM));

        assertThatThrownBy(this::persist).hasMessageStartingWith("SBG-X004 made up");

        assertThat(looks).containsExactly(0L, 60L, 120L);
    }

    @Test
    void one_pass_that_fails_is_not_tried_again() {
        wishes.continuous = false;
        wishes.interval = null;
        wishes.passes = null;
        fail(1, 1, fault(JournalFault.NO_ROOM));

        assertThatThrownBy(this::persist).hasMessageStartingWith("SBG-X004 made up");

        assertThat(looks).hasSize(1);
    }
}
