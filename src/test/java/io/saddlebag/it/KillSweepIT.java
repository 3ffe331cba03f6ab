package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random instants of a backup and of a restore. A seed is one kill: its instant is uniform over the time that
 * the command takes undisturbed. One seed alone: {@code -Dsaddlebag.kill.seed=17}; another number
 * of kills of each kind: {@code -Dsaddlebag.kills=30}. Figures go to
 * {@code target/kill-sweep.txt}.
 */
class KillSweepIT {
    private static final int ROWS = 30_000;
    /** Images span two or three of these. */
    private static final String CAPACITY = "6MiB";

    private static final int KILLS_A_HOME = 10;
    private static final int CARTRIDGES = 6 * (KILLS_A_HOME + 1);
    private static final int SAMPLE = Integer.getInteger("saddlebag.kills", 5);
    private static final int ALL = 100;
    private static final Duration MARGIN = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    @Tag("Q11")
    @Tag("W3")
    @Tag("W20")
    @Tag("W21")
    void a_backup_killed_at_any_instant_costs_no_row_and_no_backup() throws Exception {
        sweepBackups(SAMPLE);
    }

    @Test
    @Tag("Q11")
    @Tag("W3")
    @Tag("W20")
    @Tag("W21")
    void a_restore_killed_at_any_instant_leaves_all_old_or_all_new_rows() throws Exception {
        sweepRestores(SAMPLE);
    }

    @Test
    @Tag("long")
    @Tag("Q11")
    void one_hundred_killed_backups_cost_no_row_and_no_backup() throws Exception {
        sweepBackups(ALL);
    }

    @Test
    @Tag("long")
    @Tag("Q11")
    void one_hundred_killed_restores_leave_all_old_or_all_new_rows() throws Exception {
        sweepRestores(ALL);
    }

    private void sweepBackups(int kills) throws Exception {
        assumeAssembled();
        try (Site site = Site.in(folder)) {
            site.fill(ROWS);
            Path home = site.home("home0", CARTRIDGES, CAPACITY);
            long length = unkilled(home, site.backupCommand());
            requireSpanning(home);
            int count = 0;
            for (long seed : seeds(kills)) {
                if (count > 0 && count % KILLS_A_HOME == 0) {
                    verifyAll(home);
                    home = site.home("home" + count, CARTRIDGES, CAPACITY);
                }
                count++;
                killBackup(site, home, seed, length);
            }
            verifyAll(home);
        }
    }

    private void killBackup(Site site, Path home, long seed, long length) throws Exception {
        site.server().execute("insert into orders values (" + (1_000_000 + seed) + ", 'acknowledged', 1)");
        String rows = site.rows();
        List<Long> before = complete(home);
        long at = kill(home, seed, length, site.backupCommand());
        String seedOf = "backup seed " + seed + " killed at " + at + " of " + length + " ms";
        Duration outage = Until.holds(seedOf + ": the database answers", Site.LEASE.plus(MARGIN), site::answers);
        assertThat(site.rows()).as(seedOf).isEqualTo(rows);
        String where = lastStep(home);
        site.backUp(home).ok();
        assertThat(site.rows()).as(seedOf).isEqualTo(rows);
        List<Long> after = complete(home);
        assertThat(after).as(seedOf).containsAll(before).hasSizeGreaterThan(before.size());
        // what the killed process completed, if it did, and what the repeat wrote
        List<Long> added = new ArrayList<>(after);
        added.removeAll(before);
        verify(home, added);
        requireAgreement(site, home, seedOf);
        figure(seedOf + ", open again after " + outage.toMillis() + " ms, died " + where + ", backups added "
                + added.size());
    }

    private void sweepRestores(int kills) throws Exception {
        assumeAssembled();
        try (Site site = Site.in(folder)) {
            site.fill(ROWS);
            Path home = site.home("home", CARTRIDGES, CAPACITY);
            site.backUp(home).ok();
            String old = site.rows();
            String[] command = {"restore", "orders", "--database", "orders"};
            long length = unkilled(home, command);
            assertThat(site.rows()).isEqualTo(old);
            for (long seed : seeds(kills)) {
                killRestore(site, home, seed, length, command, old);
            }
            verifyAll(home);
        }
    }

    private void killRestore(Site site, Path home, long seed, long length, String[] command, String backedUp)
            throws Exception {
        site.server().execute("update orders set customer = 'changed " + seed + "', amount = amount + 1");
        String changed = site.rows();
        long at = kill(home, seed, length, command);
        String seedOf = "restore seed " + seed + " killed at " + at + " of " + length + " ms";
        Duration outage = Until.holds(seedOf + ": the database answers", Site.LEASE.plus(MARGIN), site::answers);
        String found = site.rows();
        assertThat(found).as(seedOf).isIn(changed, backedUp);
        String where = lastStep(home);
        CommandLineInProcess.run(home, command).ok();
        assertThat(site.rows()).as(seedOf).isEqualTo(backedUp);
        requireAgreement(site, home, seedOf);
        removeKept(site);
        figure(seedOf + ", open again after " + outage.toMillis() + " ms, died " + where + ", rows "
                + (found.equals(changed) ? "as before" : "as backed up"));
    }

    /** No mixtures of what catalog, media, jobs and file system say. */
    private void requireAgreement(Site site, Path home, String seedOf) throws Exception {
        assertThat(CommandLineInProcess.run(home, "catalog", "import", "vault")
                        .ok()
                        .out())
                .as(seedOf)
                .contains("0 backups were read in");
        for (JsonNode job :
                CommandLineInProcess.run(home, "lsjob", "--json").ok().json()) {
            assertThat(job.path("ended").isNull())
                    .as(seedOf + ": " + job.toPrettyString())
                    .isFalse();
        }
        try (Stream<Path> places = Files.walk(site.dataDirectory().getParent().getParent(), 3)) {
            List<Path> left = new ArrayList<>();
            for (Path place : (Iterable<Path>) places.filter(each -> each.endsWith(".saddlebag-snapshots"))::iterator) {
                try (Stream<Path> inside = Files.list(place)) {
                    inside.forEach(left::add);
                }
            }
            assertThat(left).as(seedOf + ": snapshots left").isEmpty();
        }
        assertThat(site.dataDirectory().getParent())
                .as(seedOf + ": what the restore put beside")
                .isDirectoryNotContaining(each -> each.toString().contains("-restored-")
                        || each.toString().contains("-swap-"));
    }

    /** What restores keep of before takes as much room as the database. */
    private static void removeKept(Site site) throws IOException {
        try (Stream<Path> beside = Files.list(site.dataDirectory().getParent())) {
            for (Path each :
                    (Iterable<Path>) beside.filter(place -> place.toString().contains("-before-"))::iterator) {
                try (Stream<Path> all = Files.walk(each)) {
                    for (Path file : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private long kill(Path home, long seed, long length, String... command) throws Exception {
        long at = (long) (new Random(seed * 7919).nextDouble() * length);
        Process process = Site.start(home, folder.resolve("killed.log"), command);
        if (!process.waitFor(at, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        return at;
    }

    /** @return milliseconds that the command takes, the second time */
    private long unkilled(Path home, String... command) throws Exception {
        Path log = folder.resolve("unkilled.log");
        long begin = System.nanoTime();
        assertThat(Site.runToEnd(home, log, command)).as(Files.readString(log)).isZero();
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private static void requireSpanning(Path home) {
        JsonNode backup =
                CommandLineInProcess.run(home, "lsbu", "--json").ok().json().get(0);
        assertThat(backup.path("sections"))
                .as("an image spans volumes: " + backup.toPrettyString())
                .hasSizeGreaterThan(1);
    }

    private static void verifyAll(Path home) {
        verify(home, complete(home));
    }

    private static void verify(Path home, List<Long> backups) {
        List<String> command = new ArrayList<>(List.of("verify"));
        backups.forEach(id -> command.add(Long.toString(id)));
        CommandLineInProcess.run(home, command.toArray(String[]::new)).ok();
    }

    private static List<Long> complete(Path home) {
        List<Long> ids = new ArrayList<>();
        CommandLineInProcess.run(home, "lsbu", "--json")
                .ok()
                .json()
                .forEach(each -> ids.add(each.path("id").asLong()));
        return ids;
    }

    /** Where the newest job was, before anybody puts right what it left. */
    private static String lastStep(Path home) {
        JsonNode jobs = CommandLineInProcess.run(home, "lsjob", "--json").ok().json();
        if (jobs.isEmpty()) {
            return "before any job";
        }
        JsonNode job = jobs.get(jobs.size() - 1);
        JsonNode steps = job.path("steps");
        if (!job.path("ended").isNull()) {
            return "outside of a job";
        }
        return steps.isEmpty()
                ? "before the first step"
                : "in or after " + steps.get(steps.size() - 1).path("name").asText();
    }

    private static long[] seeds(int count) {
        Long one = Long.getLong("saddlebag.kill.seed");
        return one == null ? LongStream.rangeClosed(1, count).toArray() : new long[] {one};
    }

    private static void assumeAssembled() {
        assumeTrue(Files.isDirectory(Site.library()), "the program isn't assembled: mvn package");
    }

    private static void figure(String line) throws IOException {
        Files.writeString(
                Path.of("target/kill-sweep.txt"),
                line + "\n",
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
    }
}
