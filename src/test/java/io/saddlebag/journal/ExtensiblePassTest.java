package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passes over a journal that grows. */
@Tag("J2")
class ExtensiblePassTest {
    private static final int BLOCK = JournalResult.BLOCK_BYTES;
    private static final int MOST_CALLS = 400;

    @TempDir
    Path home;

    private JournalSite site;
    private GrowingTwin source;
    private int sites;

    @BeforeEach
    void open() throws IOException {
        begin();
    }

    private void begin() throws IOException {
        site = new JournalSite(Files.createDirectories(home.resolve("" + sites++)));
        source = new GrowingTwin();
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    @Test
    @Tag("J6")
    @Tag("J14")
    void what_it_holds_is_copied_then_what_was_added_and_then_it_is_cut_while_writers_wait() throws Exception {
        source.write("abc");
        source.onRead = () -> {
            if (!source.waits()) {
                source.write("de");
            }
        };
        source.running = "f";

        JournalResult result = pass(new Wishes());

        assertThat(source.told).containsExactly("read 1 0..3", "quiet", "read 1 3..6", "cut at 6", "go on");
        assertThat(site.chain()).isEqualTo("1 READY, 1 READY");
        assertThat(stored()).isEqualTo(Map.of(1L, "abcdef"));
        assertThat(result.backedUp()).isEqualTo(1);
        assertThat(result.blocks()).isEqualTo(1);
        assertThat(result.endOfFileBlock()).isZero();
        assertThat(site.told)
                .containsSubsequence(
                        "AIJBCKSEQ, backing up after-image journal sequence number 1",
                        "QUIETPT, waiting for database quiet point",
                        "AIJBCKEND, after-image journal backup operation completed successfully");
        assertThat(site.bench.catalog().backups(Catalog.Filter.COMPLETE)).hasSize(1);
        assertThat(site.bench.chain().pieces(JournalSite.NAME)).noneMatch(JournalPiece::dependent);
    }

    @Test
    void an_empty_one_is_left_alone_and_the_next_one_has_the_next_number() throws Exception {
        assertThat(pass(new Wishes()).hasBackup()).isFalse();
        assertThat(site.bench.log().jobs()).isEmpty();
        source.write("a");
        pass(new Wishes());
        source.write("b");
        pass(new Wishes());

        assertThat(stored()).isEqualTo(Map.of(1L, "a", 2L, "b"));
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
    }

    @Test
    @Tag("J6")
    void without_a_quiet_point_nobody_waits_and_what_comes_too_late_is_the_next_pass_s() throws Exception {
        Wishes wishes = new Wishes();
        wishes.quietPoint = false;
        source.write("abc");
        source.onRead = () -> source.write("+");

        pass(wishes);

        assertThat(source.told).containsExactly("read 1 0..3", "read 1 3..4", "goes on at 4");
        assertThat(site.chain()).isEqualTo("1 PARTIAL, 1 PARTIAL");
        assertThat(site.bench.chain().pieces(JournalSite.NAME)).allMatch(JournalPiece::dependent);

        source.onRead = () -> {};
        pass(wishes);
        assertThat(stored()).isEqualTo(Map.of(1L, "abc++"));
        assertThat(site.chain()).isEqualTo("1 READY, 1 READY, 1 READY");
    }

    @Test
    void readers_that_keep_it_from_being_cut_do_no_harm() throws Exception {
        source.write("abc");
        source.readers = true;
        assertThat(pass(new Wishes()).hasBackup()).isTrue();
        assertThat(pass(new Wishes()).hasBackup()).isFalse();
        source.write("d");
        pass(new Wishes());
        assertThat(site.bench.log().jobs()).hasSize(2);

        source.readers = false;
        assertThat(pass(new Wishes()).hasBackup()).isFalse();

        assertThat(source.content()).isEmpty();
        assertThat(site.chain()).isEqualTo("1 READY, 1 READY");
        assertThat(stored()).isEqualTo(Map.of(1L, "abcd"));
    }

    @Test
    @Tag("J16")
    @Tag("J25")
    void one_that_somebody_else_cut_is_a_gap() throws Exception {
        source.write("abc");
        pass(new Wishes());
        source.loseAndBegin(4);
        source.write("x");

        assertThatThrownBy(() -> pass(new Wishes())).hasMessageContaining("journal gap 2..3 of ledger");

        pass(new Wishes());
        assertThat(site.chain()).isEqualTo("1 READY, 2 GAP, 3 GAP, 4 READY");
        source.on = false;
        assertThatThrownBy(() -> pass(new Wishes())).hasMessageContaining("SBG-X001");
    }

    @Test
    @Tag("J4")
    @Tag("J5")
    void the_guide_s_example_of_a_threshold() throws Exception {
        Wishes wishes = new Wishes();
        wishes.continuous = true;
        wishes.thresholdBlocks = 500L;
        wishes.interval = Duration.ofMinutes(5);
        Instant begin = site.bench.time.instant();
        wishes.until = begin.plusSeconds(1200);
        List<String> looks = new ArrayList<>();
        source.write("x".repeat(400 * BLOCK));
        source.onRead = () ->
                assertThat(source.waits()).as("new write transactions wait").isTrue();
        site.bench.time.onWait(() -> {
            long second = Duration.between(begin, site.bench.time.instant()).toSeconds();
            looks.add(second + ": " + source.content().length() / BLOCK);
            if (second == 0) {
                source.write("y".repeat(150 * BLOCK));
                source.running = "z".repeat(20 * BLOCK);
            } else if (second == 300) {
                source.write("n".repeat(500 * BLOCK));
            }
        });

        JournalResult result = backup(wishes).run();

        assertThat(looks).containsExactly("0: 400", "300: 0", "600: 500", "900: 500");
        assertThat(source.told)
                .containsExactly(
                        "quiet",
                        "read 1 0.." + 550 * BLOCK,
                        "read 1 " + 550 * BLOCK + ".." + 570 * BLOCK,
                        "cut at " + 570 * BLOCK,
                        "go on");
        assertThat(result.backedUp()).isEqualTo(1);
        assertThat(site.bench.log().jobs()).hasSize(1);
        assertThat(stored().get(1L)).hasSize(570 * BLOCK);
        assertThat(site.bench.time.instant()).isEqualTo(begin.plusSeconds(1200));
    }

    @Test
    @Tag("J1")
    @Tag("J9")
    void what_is_for_journals_of_a_fixed_size_is_refused() {
        Wishes wishes = new Wishes();
        wishes.sequence = SequenceRange.parse("1,2");

        assertThatThrownBy(() -> pass(wishes))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("'sequence' is for journals of a fixed size, and the layout is 'extensible'");
        assertThat(source.told).isEmpty();
    }

    @Test
    void the_end_of_an_operation_lets_the_source_go() throws Exception {
        source.write("a");
        try (JournalBackup backup = backup(new Wishes())) {
            backup.run();
        }
        assertThat(source.told).endsWith("closed");
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    @Tag("J18")
    void killed_at_each_call_of_a_port(Life.When when) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            site.close();
            begin();
            source.write("one ");
            pass(new Wishes());
            source.write("two ");
            source.running = "running ";
            Life life = Life.endingAt(call, when);
            dieQuietly(life);
            if (!life.over()) {
                assertThat(died).isGreaterThan(20);
                return;
            }
            died++;
            site.bench.node().recover();
            source.write("three ");
            pass(new Wishes());
            pass(new Wishes());
            assertThat(stored()).as("died at %s", life.end()).isEqualTo(everything());
            assertThat(site.chain()).as("died at %s", life.end()).doesNotContain("GAP", "PARTIAL");
            assertThat(source.content()).as("died at %s", life.end()).isEmpty();
            assertThat(site.bench.log().owed()).as("died at %s", life.end()).isEmpty();
        }
        throw new AssertionError("a pass of more than " + MOST_CALLS + " calls");
    }

    @Test
    @Tag("J18")
    void killed_again_and_again_at_random_while_the_application_goes_on() throws Exception {
        long seed = 5;
        Random random = new Random(seed);
        for (int step = 0; step < 60; step++) {
            source.readers = random.nextInt(4) == 0;
            source.onRead = () -> {
                if (!source.waits() && random.nextBoolean()) {
                    source.write("r" + random.nextInt(10));
                }
            };
            if (random.nextInt(5) > 0) {
                source.write("s" + step + " ");
            }
            dieQuietly(
                    Life.endingAt(1 + random.nextInt(70), random.nextBoolean() ? Life.When.BEFORE : Life.When.AFTER));
            if (random.nextBoolean()) {
                site.bench.node().recover();
            }
        }
        site.bench.node().recover();
        source.readers = false;
        source.onRead = () -> {};
        source.write("end");
        pass(new Wishes());
        assertThat(stored()).as("seed %s", seed).isEqualTo(everything());
        assertThat(site.chain()).doesNotContain("GAP", "PARTIAL");
    }

    private void dieQuietly(Life life) throws Exception {
        Workbench.Node node = site.bench.node(life, site.bench.files);
        Wishes wishes = new Wishes();
        try {
            node.journals(source, node.poolTarget(), wishes.options(), JournalListener.DEAF)
                    .run();
        } catch (Life.Death | IOException expected) {
            if (!life.over()) {
                throw expected;
            }
        }
        if (life.over()) {
            node.died();
        }
        source.died();
    }

    private Map<Long, String> everything() {
        Map<Long, String> all = new TreeMap<>();
        source.written.forEach((number, text) -> all.put(number, text.toString()));
        return all;
    }

    /** Each journal's parts in order, one behind the other, without holes and nothing twice. */
    private Map<Long, String> stored() throws IOException {
        Map<Long, String> all = new TreeMap<>();
        for (JournalPiece piece : site.bench.chain().pieces(JournalSite.NAME)) {
            if (piece.state().isDurable()) {
                String before = all.getOrDefault(piece.id().sequence(), "");
                assertThat(piece.from()).as("part of %s", piece.id()).isEqualTo(before.length());
                all.put(piece.id().sequence(), before + site.content(piece));
            }
        }
        return all;
    }

    private JournalResult pass(Wishes wishes) throws IOException, InterruptedException {
        return backup(wishes).run();
    }

    private JournalBackup backup(Wishes wishes) throws IOException {
        Workbench.Node node = site.bench.node();
        return node.journals(
                source, node.poolTarget(), wishes.options(), (message, text) -> site.told.add(message + ", " + text));
    }
}
