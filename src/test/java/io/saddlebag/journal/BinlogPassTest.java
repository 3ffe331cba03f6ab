package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.journal.mariadb.BinlogJournals;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passes over the binary logs of a MariaDB server that is a twin of its files. */
@Tag("J3")
class BinlogPassTest {
    private static final int MOST_CALLS = 400;

    @TempDir
    Path home;

    private JournalSite site;
    private BinlogTwin server;
    private BinlogJournals source;
    private int sites;

    @BeforeEach
    void open() throws IOException {
        begin();
    }

    private void begin() throws IOException {
        site = new JournalSite(Files.createDirectories(home.resolve("" + sites++)));
        server = new BinlogTwin(site.bench.home.resolve("binlogs"));
        source = source();
    }

    private BinlogJournals source() {
        return source(FollowedIncarnation.always(1));
    }

    private BinlogJournals source(FollowedIncarnation incarnation) {
        return new BinlogJournals(JournalSite.NAME, incarnation, server, site.bench.files);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    @Test
    @Tag("J27")
    void what_no_pass_took_out_of_the_current_log_is_late_and_an_idle_server_is_not() throws Exception {
        Duration limit = Duration.ofMinutes(5);
        JournalWatch watch = new JournalWatch(
                source(), site.bench.chain(), JournalGovernor.NONE, limit, JournalWatch.Passes.of(null, () -> "busy"));
        assertThat(after(limit.multipliedBy(2), watch)).isEmpty();
        server.write("one");
        assertThat(after(Duration.ZERO, watch)).isEmpty();

        // the pass hangs, so nobody ends the log
        assertThat(after(limit.minusSeconds(1), watch)).isEmpty();
        assertThat(after(Duration.ofSeconds(1), watch))
                .isEqualTo("what was written to the journals of ledger 300 s ago is not backed up; busy");

        pass(new Wishes());
        assertThat(after(Duration.ZERO, watch)).isEmpty();
        assertThat(after(limit.multipliedBy(2), watch)).isEmpty();
        server.write("two");
        after(Duration.ZERO, watch);
        server.switchCurrent();
        assertThat(after(limit, watch)).contains("300 s ago is not backed up");
        pass(new Wishes());
        assertThat(after(Duration.ZERO, watch)).isEmpty();
    }

    /** What a look says then. */
    private String after(Duration time, JournalWatch watch) {
        site.bench.time.pass(time);
        watch.look(site.bench.time.nanos());
        return watch.problem(site.bench.time.nanos());
    }

    @Test
    @Tag("J6")
    void a_full_pass_ends_the_current_log_at_a_quiet_point_and_purges_behind_what_is_durable() throws Exception {
        server.write("one");
        server.switchCurrent();
        server.write("two");
        server.told.clear();

        JournalResult result = pass(new Wishes());

        assertThat(result.count()).isEqualTo(2);
        assertThat(result.current()).isEqualTo(3);
        assertThat(server.told)
                .containsExactly("hold null", "switch 2", "go on", "purge to jrn.000002", "purge to jrn.000003");
        assertThat(server.numbers()).containsExactly(3L);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        assertEverythingIsStored();
    }

    @Test
    void a_current_log_that_holds_nothing_is_left_alone() throws Exception {
        assertThat(pass(new Wishes()).hasBackup()).isFalse();
        server.restart();

        assertThat(pass(new Wishes()).count()).isEqualTo(1);
        assertThat(pass(new Wishes()).hasBackup()).isFalse();
        assertThat(server.numbers()).containsExactly(2L);
    }

    @Test
    void logs_ended_by_a_stop_by_a_crash_and_without_checksums_are_closed() throws Exception {
        server.write("one");
        server.restart();
        server.write("two");
        server.crash();
        server.withoutChecksums();
        server.write("four");
        server.switchCurrent();

        pass(new Wishes());

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY, 4 READY");
        assertEverythingIsStored();
    }

    @Test
    @Tag("J16")
    void a_log_that_ends_in_the_middle_is_refused_and_nothing_is_released() throws Exception {
        server.write("one");
        server.tear();

        assertThatThrownBy(() -> pass(new Wishes()))
                .hasMessageContaining("SBG-X009")
                .hasMessageContaining("jrn.000001")
                .hasMessageContaining("ends neither with the name of the next log");
        assertThat(server.numbers()).containsExactly(1L, 2L);
        assertThat(site.chain()).isEmpty();
    }

    @Test
    @Tag("J16")
    void what_is_no_binary_log_is_refused() throws Exception {
        server.write("one");
        server.switchCurrent();
        Files.writeString(server.file(1), "x".repeat((int) Files.size(server.file(1))));

        assertThatThrownBy(() -> pass(new Wishes())).hasMessageContaining("doesn't begin as a binary log");
        assertThat(server.numbers()).containsExactly(1L, 2L);
    }

    @Test
    @Tag("J16")
    void without_binary_logs_it_is_an_error() {
        server.on = false;

        assertThatThrownBy(() -> pass(new Wishes())).hasMessageContaining("SBG-X001");
    }

    @Test
    @Tag("J16")
    @Tag("J25")
    void logs_that_somebody_else_purged_are_a_gap() throws Exception {
        server.write("one");
        pass(new Wishes());
        for (int n = 2; n <= 4; n++) {
            server.write("n " + n);
            server.switchCurrent();
        }
        server.lose(2);
        server.lose(3);

        assertThatThrownBy(() -> pass(new Wishes())).hasMessageContaining("journal gap 2..3 of ledger");

        pass(new Wishes());
        assertThat(site.chain()).isEqualTo("1 READY, 2 GAP, 3 GAP, 4 READY");
    }

    @Test
    @Tag("J16")
    void numbers_that_began_anew_are_refused_until_they_are_called_another_incarnation() throws Exception {
        server.write("one");
        pass(new Wishes());
        server.reset();
        server.write("another one");
        server.switchCurrent();

        assertThatThrownBy(() -> pass(new Wishes())).hasMessageContaining("SBG-X003");
        assertThat(server.numbers()).containsExactly(1L, 2L);

        source = source(FollowedIncarnation.always(2));
        pass(new Wishes());
        assertThat(site.chain()).isEqualTo("1 READY, 2/1 READY");
    }

    @Test
    @Tag("R9")
    @Tag("J25")
    void a_recovery_while_it_runs_is_no_gap_and_what_was_let_go_of_before_is_not_what_has_its_name_now()
            throws Exception {
        AtomicLong begun = new AtomicLong(1);
        source = source(new FollowedIncarnation(1, begun::get));
        server.write("one");
        server.replicaAt = 1;
        pass(new Wishes());
        server.write("two");
        server.switchCurrent();
        server.write("three");
        Journal two = source.look().ready().get(0);

        server.reset();
        server.replicaAt = Long.MAX_VALUE;
        begun.set(2);
        server.write("another one");
        server.switchCurrent();
        server.write("another two");
        server.switchCurrent();
        server.told.clear();

        assertThatThrownBy(() -> source.open(two, 0))
                .hasMessageContaining("SBG-X003")
                .hasMessageContaining("went with the database's files");
        assertThat(source.release(two, two.bytes())).isEqualTo(JournalSource.Released.FREE);
        assertThat(server.told).isEmpty();
        assertThat(pass(new Wishes()).count()).isEqualTo(2);
        assertThat(site.chain()).isEqualTo("1 READY, 2/1 READY, 2/2 READY");
        assertThat(server.numbers()).containsExactly(3L);
    }

    @Test
    @Tag("R9")
    void what_was_seen_while_an_incarnation_began_is_looked_at_again() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        // it begins between the two questions of the first look
        source = source(new FollowedIncarnation(1, () -> asked.incrementAndGet() < 2 ? 1 : 2));

        assertThat(source.look().current().orElseThrow().id()).isEqualTo(new JournalId(2, 1));
        assertThat(asked).hasValue(3);

        source = source(new FollowedIncarnation(1, asked::incrementAndGet));
        assertThatThrownBy(source::look).hasMessageContaining("SBG-X009");
    }

    @Test
    @Tag("J7")
    void one_by_number_is_not_deleted_before_those_in_front_of_it_are_durable() throws Exception {
        for (int n = 1; n <= 3; n++) {
            server.write("n " + n);
            server.switchCurrent();
        }
        Wishes third = new Wishes();
        third.sequence = SequenceRange.parse("3,3");

        pass(third);

        assertThat(server.numbers()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(site.chain()).isEqualTo("3 READY");
        assertThat(server.told).doesNotContain("hold null").noneMatch(each -> each.startsWith("purge"));

        pass(new Wishes());
        assertThat(server.numbers()).containsExactly(4L);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
        assertEverythingIsStored();
    }

    @Test
    @Tag("J8")
    void a_log_that_is_not_ready_is_waited_for() throws Exception {
        server.write("one");
        Wishes wishes = new Wishes();
        wishes.sequence = SequenceRange.parse("1,1");
        wishes.waiting = Duration.ofSeconds(60);
        AtomicInteger waits = new AtomicInteger();
        site.bench.time.onWait(() -> {
            if (waits.incrementAndGet() == 3) {
                end();
            }
        });

        pass(wishes);

        assertThat(waits).hasValue(3);

        assertThat(site.chain()).isEqualTo("1 READY");
    }

    @Test
    void what_a_replica_still_reads_stays_and_goes_later() throws Exception {
        server.write("one");
        server.replicaAt = 1;
        pass(new Wishes());
        assertThat(server.numbers()).containsExactly(1L, 2L);
        assertThat(pass(new Wishes()).hasBackup()).isFalse();
        assertThat(site.bench.log().jobs()).hasSize(1);

        server.replicaAt = Long.MAX_VALUE;
        server.write("two");
        pass(new Wishes());

        assertThat(server.numbers()).containsExactly(3L);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
    }

    @Test
    @Tag("J6")
    void a_quiet_point_that_does_not_come_is_an_error_that_names_who_holds_it_up() throws Exception {
        server.write("one");
        server.stalls = true;
        Wishes wishes = new Wishes();
        wishes.lockTimeout = Duration.ofSeconds(5);

        assertThatThrownBy(() -> pass(wishes)).hasStackTraceContaining("no quiet point of ledger came within PT5S");

        assertThat(site.told).contains("QUIETPTBUSY, held up by session 9 of clerk");
        assertThat(server.numbers()).containsExactly(1L);
        wishes.quietPoint = false;
        pass(wishes);
        assertThat(server.told).doesNotContain("go on");
        assertThat(site.bench.chain().pieces(JournalSite.NAME)).allMatch(JournalPiece::dependent);
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    @Tag("J18")
    void killed_at_each_call_of_a_port(Life.When when) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            site.close();
            begin();
            server.write("one");
            pass(new Wishes());
            server.write("two");
            server.switchCurrent();
            server.write("three");
            Life life = Life.endingAt(call, when);
            Workbench.Node node = site.bench.node(life, site.bench.files);
            try {
                node.journals(source(), node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF)
                        .run();
            } catch (Life.Death expected) {
                node.died();
            }
            if (!life.over()) {
                assertThat(died).isGreaterThan(20);
                return;
            }
            died++;
            assertGoesOn(life.end());
        }
        throw new AssertionError("a pass of more than " + MOST_CALLS + " calls");
    }

    @Test
    @Tag("J18")
    void killed_again_and_again_at_random_while_the_server_goes_on() throws Exception {
        Random random = new Random(11);
        for (int step = 0; step < 40; step++) {
            for (int writes = random.nextInt(4); writes > 0; writes--) {
                server.write("step " + step + " write " + writes);
                switch (random.nextInt(6)) {
                    case 0 -> server.switchCurrent();
                    case 1 -> server.crash();
                    case 2 -> server.restart();
                    default -> {
                        // the log goes on
                    }
                }
            }
            Life life =
                    Life.endingAt(1 + random.nextInt(70), random.nextBoolean() ? Life.When.BEFORE : Life.When.AFTER);
            Workbench.Node node = site.bench.node(life, site.bench.files);
            try {
                node.journals(source(), node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF)
                        .run();
            } catch (Life.Death | IOException expected) {
                if (!life.over()) {
                    throw expected;
                }
            }
            if (life.over()) {
                node.died();
                site.bench.node().recover();
            }
        }
        server.write("last");
        source = source();
        pass(new Wishes());
        assertThat(site.chain()).doesNotContain("GAP", "PARTIAL");
        assertThat(server.numbers()).hasSize(1);
        assertEverythingIsStored();
    }

    private void assertGoesOn(String at) throws Exception {
        site.bench.node().recover();
        source = source();
        server.write("four");
        pass(new Wishes());
        assertThat(site.chain()).as("died at %s", at).doesNotContain("GAP", "PARTIAL");
        assertThat(server.numbers()).as("died at %s", at).hasSize(1);
        assertEverythingIsStored();
        assertThat(site.bench.log().owed()).as("died at %s", at).isEmpty();
    }

    private void assertEverythingIsStored() throws IOException {
        assertThat(site.stored()).isEqualTo(server.written);
    }

    private void end() {
        try {
            server.switchCurrent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JournalResult pass(Wishes wishes) throws IOException, InterruptedException {
        Workbench.Node node = site.bench.node();
        return node.journals(
                        source,
                        node.poolTarget(),
                        wishes.options(),
                        (message, text) -> site.told.add(message + ", " + text))
                .run();
    }

    @Test
    void a_file_is_a_log_by_its_number() {
        assertThat(source.identify("jrn.000041")).contains(new JournalId(1, 41));
        assertThat(source.identify("jrn.index")).isEmpty();
    }
}
