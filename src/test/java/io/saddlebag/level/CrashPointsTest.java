package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes die at seeded calls of backups at levels to tape and pool, of restores and of pruning: nothing acknowledged is
 * lost, and what is repeated becomes whole.
 */
@Tag("Q11")
@Tag("C7")
@Tag("D2")
@Tag("M24")
final class CrashPointsTest {
    /** Deeds of one site, before the next one begins with an empty catalog. */
    private static final int DEEDS = 25;

    @TempDir
    Path home;

    @Test
    void nothing_acknowledged_is_lost_at_100_crash_points() throws Exception {
        die(100, 1);
    }

    @Test
    @Tag("long")
    void nothing_acknowledged_is_lost_at_1000_crash_points() throws Exception {
        die(1000, 1_000_000);
    }

    private void die(int crashes, long firstSeed) throws Exception {
        Map<String, Integer> deaths = new TreeMap<>();
        int died = 0;
        for (long seed = firstSeed; died < crashes; seed++) {
            try (MortalSite site = new MortalSite(Files.createDirectories(home.resolve("" + seed)), seed)) {
                for (int deed = 0; deed < DEEDS; deed++) {
                    try {
                        MortalSite.Ended ended = site.liveAndDie();
                        if (ended.end() != null) {
                            deaths.merge(ended.toString(), 1, Integer::sum);
                            died++;
                        }
                    } catch (Exception | AssertionError e) {
                        throw new AssertionError("seed " + seed + ", deed " + deed, e);
                    }
                }
                site.assertAllComeBack();
            }
        }
        assertThat(deaths).as("deeds and ends").hasSizeGreaterThan(10);
    }
}
