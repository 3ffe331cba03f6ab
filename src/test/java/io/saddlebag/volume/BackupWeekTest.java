package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole weeks of a site in seconds (Q12). A failing seed plays the same week again. */
class BackupWeekTest {
    private static void play(long first, int weeks) throws Exception {
        int acknowledged = 0;
        int failures = 0;
        int overwritten = 0;
        int heldBack = 0;
        for (long seed = first; seed < first + weeks; seed++) {
            BackupWeek week = new BackupWeek(seed);
            try {
                week.run();
            } catch (Exception e) {
                throw new AssertionError(week.context(), e);
            }
            acknowledged += week.acknowledged();
            failures += week.failures();
            overwritten += week.overwritten();
            heldBack += week.heldBack();
        }
        assertThat(acknowledged).as("backups made").isGreaterThan(20 * weeks);
        assertThat(failures).as("events that failed").isGreaterThan(5 * weeks);
        assertThat(overwritten).as("expired backups that were written over").isGreaterThan(weeks);
        assertThat(heldBack).as("volumes that were kept for something else").isGreaterThan(weeks);
    }

    @Test
    @Tag("Q12")
    @Tag("Q11")
    @Tag("M15")
    @Tag("M21")
    @Tag("J13")
    void a_week_of_faults_loses_nothing_before_it_expires() throws Exception {
        play(1, 30);
    }

    @Test
    @Tag("Q12")
    @Tag("long")
    void many_weeks_of_faults_lose_nothing_before_it_expires() throws Exception {
        play(1000, 500);
    }
}
