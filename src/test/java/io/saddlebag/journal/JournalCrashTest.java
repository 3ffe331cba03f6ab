package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pass dies at each call that it makes; the next process goes on. Nothing is lost, and nothing is in the chain twice. */
@Tag("J18")
@Tag("slow")
class JournalCrashTest {
    /** Calls of one pass are some dozens. */
    private static final int MOST_CALLS = 400;

    @TempDir
    Path home;

    private int sites;

    /** Of the passes that die, and of those that go on. */
    JournalOptions options() {
        return JournalOptions.DEFAULT;
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    void killed_at_each_call_of_a_port(Life.When when) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            try (JournalSite site = new JournalSite(Files.createDirectories(home.resolve("" + sites++)))) {
                Life life = Life.endingAt(call, when);
                die(site, life, site.bench.files);
                if (!life.over()) {
                    assertThat(died).isGreaterThan(20);
                    return;
                }
                died++;
                assertGoesOn(site, life.end());
            }
        }
        throw new AssertionError("a pass of more than " + MOST_CALLS + " calls");
    }

    @ParameterizedTest
    @EnumSource(names = {"CRASH", "TORN"})
    void killed_at_each_call_to_the_pools_files(FileFailureKind kind) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            try (JournalSite site = new JournalSite(Files.createDirectories(home.resolve("" + sites++)))) {
                FaultyFiles pool = FaultyFiles.failing(site.bench.files, call, kind);
                Life life = Life.endingWith(pool::fired);
                prepare(site);
                site.bench.poolFiles = files -> pool;
                dieQuietly(site, life, site.bench.files, null);
                site.bench.poolFiles = files -> files;
                if (!life.over() && pool.calls() < call) {
                    assertThat(died).isGreaterThan(5);
                    return;
                }
                if (life.over()) {
                    died++;
                    assertGoesOn(site, "call " + call + " of the pool");
                }
            }
        }
        throw new AssertionError("a pass of more than " + MOST_CALLS + " calls");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killed_at_each_call_to_the_sources_files(boolean moving) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            try (JournalSite site = new JournalSite(Files.createDirectories(home.resolve("" + sites++)))) {
                FaultyFiles source = FaultyFiles.failing(site.bench.files, call, FileFailureKind.CRASH);
                Life life = Life.endingWith(source::fired);
                Path moveTo = moving ? Files.createDirectories(site.bench.home.resolve("moved")) : null;
                die(site, life, source, moveTo);
                if (!life.over()) {
                    assertThat(died).isGreaterThan(10);
                    return;
                }
                died++;
                assertGoesOn(site, "call " + call + " of the source");
            }
        }
        throw new AssertionError("a pass of more than " + MOST_CALLS + " calls");
    }

    @Test
    void killed_again_and_again_at_random_while_the_engine_goes_on() throws Exception {
        chaos(30, 7);
    }

    @Test
    @Tag("long")
    void killed_at_3000_random_calls() throws Exception {
        chaos(3000, 1_000_003);
    }

    private void chaos(int deaths, long seed) throws Exception {
        Random random = new Random(seed);
        int died = 0;
        for (int round = 0; died < deaths; round++) {
            try (JournalSite site = new JournalSite(Files.createDirectories(home.resolve("r" + sites++)))) {
                long next = random.nextInt(1000);
                for (int step = 0; step < 8; step++) {
                    for (int drops = random.nextInt(4); drops > 0; drops--) {
                        site.drop(next++);
                    }
                    Life life = Life.endingAt(
                            1 + random.nextInt(60), random.nextBoolean() ? Life.When.BEFORE : Life.When.AFTER);
                    dieQuietly(site, life, site.bench.files, null);
                    died += life.over() ? 1 : 0;
                    // the next process may begin without a recovery, as one of a long-running service does
                    if (life.over() && random.nextBoolean()) {
                        site.bench.node().recover();
                    }
                }
                site.bench.node().recover();
                site.pass(options());
                assertThat(site.stored()).as("seed %s, round %s", seed, round).isEqualTo(site.written);
                assertThat(site.atSource()).as("seed %s, round %s", seed, round).isEmpty();
                assertThat(site.chain()).doesNotContain("GAP", "PARTIAL");
            }
        }
    }

    private void die(JournalSite site, Life life, HostFiles sourceFiles) throws Exception {
        die(site, life, sourceFiles, null);
    }

    private void die(JournalSite site, Life life, HostFiles sourceFiles, Path moveTo) throws Exception {
        prepare(site);
        dieQuietly(site, life, sourceFiles, moveTo);
    }

    private void prepare(JournalSite site) throws Exception {
        site.drop(1, 2);
        site.pass(options());
        site.drop(3, 4, 5);
    }

    private void dieQuietly(JournalSite site, Life life, HostFiles sourceFiles, Path moveTo) throws Exception {
        Workbench.Node node = site.bench.node(life, site.bench.files);
        try {
            node.journals(site.source(sourceFiles, moveTo), node.poolTarget(), options(), JournalListener.DEAF)
                    .run();
        } catch (Life.Death | SimulatedCrash | IOException expected) {
            if (!life.over()) {
                throw expected;
            }
        }
        if (life.over()) {
            node.died();
        }
    }

    private void assertGoesOn(JournalSite site, String at) throws Exception {
        assertNothingLost(site, at);
        site.bench.node().recover();
        assertNothingLost(site, at);
        site.drop(6);
        site.pass(options());
        assertThat(site.stored()).as("died at %s", at).isEqualTo(site.written);
        assertThat(site.atSource()).as("died at %s", at).isEmpty();
        assertThat(site.chain()).as("died at %s", at).isEqualTo("1 READY, 2 READY, 3 READY, 4 READY, 5 READY, 6 READY");
        assertThat(site.bench.log().owed()).as("died at %s", at).isEmpty();
        assertThat(site.bench.chain().intended(JournalSite.NAME))
                .as("died at %s", at)
                .isEmpty();
    }

    /** At every moment each journal is at the source, or durable with its catalog record. */
    private static void assertNothingLost(JournalSite site, String at) throws IOException {
        List<Long> there = new ArrayList<>(site.stored().keySet());
        site.atSource().forEach(name -> there.add(Long.valueOf(name.replaceAll("\\D", ""))));
        assertThat(there).as("died at %s", at).containsAll(site.written.keySet());
    }
}
