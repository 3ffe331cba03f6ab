package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.journal.watch.DiskGovernor;
import io.saddlebag.journal.watch.GovernorStep;
import io.saddlebag.journal.watch.GovernorStep.Measure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk of made-up room, and simulated time. */
@Tag("J26")
@Timeout(180)
class GovernedPassTest {
    @TempDir
    Path home;

    private JournalSite site;
    private final List<String> told = new ArrayList<>();
    private long room = 1_000_000;
    private OptionalLong kept = OptionalLong.empty();
    private boolean blind;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private DiskGovernor governor(GovernorStep... steps) {
        return new DiskGovernor(
                site.source(),
                site.bench.chain(),
                List.of(steps),
                () -> {
                    if (blind) {
                        throw new IOException("no such disk");
                    }
                    return room;
                },
                () -> kept,
                site.bench.time,
                (message, text) -> told.add(message + ", " + text));
    }

    private static GovernorStep step(Measure measure, long minutes) {
        return new GovernorStep(measure, Duration.ofMinutes(minutes));
    }

    /** A minute, in which the disk loses so much. */
    private void minute(DiskGovernor governor, long bytes) throws IOException {
        site.bench.time.pass(Duration.ofMinutes(1));
        room -= bytes;
        governor.look();
    }

    @Test
    void it_warns_and_spills_in_order_and_ends_when_there_is_room_again() throws Exception {
        DiskGovernor governor = governor(step(Measure.SPILL, 60), step(Measure.WARN, 30));
        governor.look();

        minute(governor, 20_000);

        assertThat(governor.spills()).isTrue();
        assertThat(governor.problem()).isEmpty();
        minute(governor, 40_000);
        minute(governor, 40_000);
        assertThat(governor.problem()).contains("the disk of the journals of ledger will be full in");
        assertThat(told)
                .extracting(each -> each.replaceAll("in \\d+ s", "in N s"))
                .containsExactly(
                        "JNLDISK, the disk of the journals of ledger will be full in N s: spill",
                        "JNLDISK, the disk of the journals of ledger will be full in N s: warn");

        room = 50_000_000;
        for (int i = 0; i < 15; i++) {
            minute(governor, 0);
        }
        assertThat(governor.spills()).isFalse();
        assertThat(governor.problem()).isEmpty();
        assertThat(told)
                .last()
                .asString()
                .isEqualTo("JNLDISK, the disk of the journals of ledger doesn't fill up: no more warn");
    }

    @Test
    void a_pass_goes_to_the_second_target_while_it_spills() throws Exception {
        DiskGovernor governor = governor(step(Measure.SPILL, 60));
        var node = site.bench.node();
        List<String> used = new ArrayList<>();
        var first = node.poolTarget();
        var second = node.poolTarget();
        JournalBackup.Targets targets = new JournalBackup.Targets(first, second, governor);
        governor.look();
        used.add(targets.now() == first ? "first" : "second");

        minute(governor, 100_000);

        used.add(targets.now() == first ? "first" : "second");
        assertThat(used).containsExactly("first", "second");
    }

    @Test
    @Tag("J25")
    void journals_are_dropped_only_when_allowed_oldest_first_each_with_a_gap_and_an_alarm() throws Exception {
        DiskGovernor careful = governor(step(Measure.WARN, 60));
        DiskGovernor governor = governor(step(Measure.WARN, 60), step(Measure.DROP, 10));
        site.drop(41);
        site.pass();
        site.drop(42, 43, 44);
        careful.look();
        governor.look();
        site.bench.time.pass(Duration.ofMinutes(1));
        room = 1_000;

        careful.look();
        assertThat(site.atSource()).hasSize(3);
        governor.look();

        assertThat(site.atSource()).containsExactly("redo_43.arc", "redo_44.arc");
        assertThat(site.chain()).isEqualTo("41 READY, 42 GAP");
        assertThat(told)
                .contains(
                        "JNLDROP, journal 42 of ledger, redo_42.arc, is deleted without a backup: the chain has a gap there",
                        "DOFULLBCK, full database backup should be done to ensure future recovery");
    }

    @Test
    @Tag("J18")
    void a_journal_that_is_durable_already_is_dropped_without_a_gap() throws Exception {
        DiskGovernor governor = governor(step(Measure.DROP, 10));
        site.drop(41);
        site.pass();
        site.drop(41);
        governor.look();
        site.bench.time.pass(Duration.ofMinutes(1));
        room = 0;

        governor.look();

        assertThat(site.atSource()).isEmpty();
        assertThat(site.chain()).isEqualTo("41 READY");
    }

    @Test
    void what_a_server_may_still_keep_counts_as_a_disk() throws Exception {
        DiskGovernor governor = governor(step(Measure.WARN, 60));
        kept = OptionalLong.of(1000);
        governor.look();
        kept = OptionalLong.of(900);

        minute(governor, 0);

        assertThat(governor.problem()).isNotEmpty();
    }
}
