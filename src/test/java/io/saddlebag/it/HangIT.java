package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.app.CommandLineInProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A restore that hangs (SIGSTOP) around its swap for longer than its lease, while the guard brings the database back, and
 * then wakes: it must not touch the files of the database that runs. The number of hangs: {@code -Dsaddlebag.hangs=20}.
 */
class HangIT {
    private static final int HANGS = Integer.getInteger("saddlebag.hangs", 2);
    /** What the swap takes at most when nobody disturbs it, and what comes right before and after. */
    private static final Duration AROUND_SWAP = Duration.ofMillis(20);

    @TempDir
    Path folder;

    @Test
    @Tag("Q11")
    @Tag("W12")
    @Tag("W20")
    void a_restore_that_hangs_around_its_swap_leaves_the_database_alone_when_it_wakes() throws Exception {
        assumeTrue(Files.isDirectory(Site.library()), "the program isn't assembled: mvn package");
        try (Site site = Site.in(folder)) {
            site.fill(5_000);
            Path home = site.home("home", 4, "64MiB");
            site.backUp(home).ok();
            String backedUp = site.rows();
            for (int seed = 1; seed <= HANGS; seed++) {
                site.server().execute("update orders set customer = 'changed " + seed + "', amount = amount + 1");
                hang(site, home, seed, site.rows(), backedUp);
            }
        }
    }

    private void hang(Site site, Path home, int seed, String changed, String backedUp) throws Exception {
        String[] command = {"restore", "orders", "--database", "orders"};
        long delayNanos = (long) (new Random(seed).nextDouble() * AROUND_SWAP.toNanos());
        String what = "hang " + seed + ", " + delayNanos / 1000 + " us after the swap's step has begun";
        Process process;
        try (JobTrace trace = new JobTrace(home)) {
            process = Site.start(home, folder.resolve("hung.log"), command);
            while (process.isAlive() && !trace.reached(Moment.SWAP_BEGUN)) {
                Until.aMoment();
            }
        }
        LockSupport.parkNanos(delayNanos);
        signal("STOP", process);
        Until.holds(what + ": the guard brings the database back", Site.PATIENT, site::answers);
        String found = site.rows();
        assertThat(found).as(what).isIn(changed, backedUp);
        site.server().execute("insert into orders values (-" + seed + ", 'acknowledged', 1)");
        String acknowledged = site.rows();
        long postmaster = site.server().postmaster();

        signal("CONT", process);
        assertThat(process.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS))
                .as(what)
                .isTrue();

        assertThat(site.server().postmaster()).as(what).isEqualTo(postmaster);
        assertThat(site.rows()).as(what).isEqualTo(acknowledged);
        CommandLineInProcess.run(home, command).ok();
        assertThat(site.rows()).as(what).isEqualTo(backedUp);
        assertThat(site.dataDirectory().getParent())
                .as(what + ": what the restore put beside")
                .isDirectoryNotContaining(each -> each.toString().contains("-restored-")
                        || each.toString().contains("-swap-"));
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
