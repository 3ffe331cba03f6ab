package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.watchdog.Leases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL within a backup and within a restore. A seed is one kill of a living job: about half of them at an instant that is
 * uniform over the whole job, the others aimed at the steps where most is at stake. Some seeds alone:
 * {@code -Dsaddlebag.kill.seed=17,18}; another number of kills of each kind: {@code -Dsaddlebag.kills=30}. Each kill is told in
 * {@code target/kill-sweep.txt}, and docs/outcomes.md has the figures.
 */
class KillSweepIT {
    private static final int ROWS = 30_000;
    /** Images span two or three of these. */
    private static final String CAPACITY = "6MiB";

    private static final int CALM_RUNS = 3;

    private static final int KILLS_A_HOME = 10;
    private static final int CARTRIDGES = 9 * (KILLS_A_HOME + 1);
    private static final int SAMPLE = Integer.getInteger("saddlebag.kills", 5);
    private static final int ALL = 100;

    @TempDir
    Path folder;

    private final SweepFigures figures = new SweepFigures();

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
        assertThat(figures.diedIn("in 'stop orders'")).isPositive();
        assertThat(figures.diedIn("in 'write image orders'")).isGreaterThan(10);
    }

    @Test
    @Tag("long")
    @Tag("Q11")
    void one_hundred_killed_restores_leave_all_old_or_all_new_rows() throws Exception {
        sweepRestores(ALL);
        assertThat(figures.diedIn("in 'put restored components in place'")).isGreaterThan(10);
    }

    private static Kill.Aim backupAim(long seed) {
        return switch ((int) (seed % 10)) {
            case 1 -> new Kill.Aim(Moment.STOP_BEGUN, Moment.STOPPED, "while it stops the database");
            case 2 -> new Kill.Aim(Moment.STOPPED, Moment.STARTED, "while the database is stopped");
            case 3 -> new Kill.Aim(Moment.LABEL_BEGUN, Moment.MEDIA_COMMITTED, "while it writes to a new cartridge");
            case 4 -> new Kill.Aim(Moment.MEDIA_COMMITTED, Moment.CATALOG_COMMITTED, "between media and catalog");
            case 6 -> new Kill.Aim(Moment.CATALOG_COMMITTED, Moment.JOB_ENDED, "after the catalog's commit");
            default -> new Kill.Aim(Moment.JOB_BEGUN, Moment.JOB_ENDED, "anywhere");
        };
    }

    private static Kill.Aim restoreAim(long seed) {
        return switch ((int) (seed % 8)) {
            case 1, 4 -> new Kill.Aim(Moment.SWAP_BEGUN, Moment.SWAPPED, "while it swaps");
            case 7 ->
                new Kill.Aim(
                        Moment.SWAP_BEGUN,
                        Moment.SWAPPED,
                        Kill.Victims.JOB_AND_GUARD,
                        "while it swaps, with the guard");
            case 2 -> new Kill.Aim(Moment.STOP_BEGUN, Moment.STOPPED, "while it stops the database");
            default -> new Kill.Aim(Moment.JOB_BEGUN, Moment.JOB_ENDED, "anywhere");
        };
    }

    private void sweepBackups(int kills) throws Exception {
        assumeAssembled();
        try (Site site = Site.in(folder)) {
            site.fill(ROWS);
            Path home = site.home("home0", CARTRIDGES, CAPACITY);
            Kill killer = new Kill(folder.resolve("killed.log"), calm(home, site.backupCommand()));
            requireSpanning(home);
            int count = 0;
            for (long seed : seeds(kills)) {
                if (count > 0 && count % KILLS_A_HOME == 0) {
                    verifyAll(home);
                    home = site.home("home" + count, CARTRIDGES, CAPACITY);
                    complete(home);
                }
                count++;
                killBackup(site, home, killer, seed);
            }
            verifyAll(home);
        } finally {
            figures.write("backup");
        }
    }

    private void killBackup(Site site, Path home, Kill killer, long seed) throws Exception {
        site.server().execute("insert into orders values (" + (1_000_000 + seed) + ", 'acknowledged', 1)");
        String rows = site.rows();
        List<Long> before = new ArrayList<>();
        Kill.Hit hit = killer.hit(
                home,
                seed,
                backupAim(seed),
                () -> {
                    before.clear();
                    before.addAll(complete(home));
                },
                site.backupCommand());
        Duration outage = outage(site, home, hit);
        assertThat(site.rows()).as(hit.toString()).isEqualTo(rows);
        boolean found = requireBackup(site.backUp(home), hit);
        assertThat(site.rows()).as(hit.toString()).isEqualTo(rows);
        List<Long> after = complete(home);
        assertThat(after).as(hit.toString()).containsAll(before).hasSizeGreaterThan(before.size());
        // what the killed process completed, if it did, and what the repeat wrote
        List<Long> added = new ArrayList<>(after);
        added.removeAll(before);
        verify(home, added);
        requireAgreement(site, home, hit.toString());
        figures.add(
                "backup",
                hit,
                outage,
                "backups added " + added.size() + (found ? ", sections found behind the register's end" : ""));
    }

    /** Sections that were whole on a cartridge before the register knew of them are a warning of the repeat. */
    private static boolean requireBackup(Said repeat, Kill.Hit hit) {
        boolean found = repeat.out().contains("sections that the catalog did not know");
        assertThat(repeat.code()).as(hit + ": " + repeat).isEqualTo(found ? 3 : 0);
        return found;
    }

    private void sweepRestores(int kills) throws Exception {
        assumeAssembled();
        try (Site site = Site.in(folder)) {
            site.fill(ROWS);
            Path home = site.home("home", CARTRIDGES, CAPACITY);
            site.backUp(home).ok();
            String old = site.rows();
            String[] command = {"restore", "orders", "--database", "orders"};
            Kill killer = new Kill(folder.resolve("killed.log"), calm(home, command));
            assertThat(site.rows()).isEqualTo(old);
            for (long seed : seeds(kills)) {
                killRestore(site, home, killer, seed, command, old);
            }
            verifyAll(home);
        } finally {
            figures.write("restore");
        }
    }

    private void killRestore(Site site, Path home, Kill killer, long seed, String[] command, String backedUp)
            throws Exception {
        String[] changed = new String[1];
        Kill.Hit hit = killer.hit(
                home,
                seed,
                restoreAim(seed),
                () -> {
                    removeKept(site);
                    site.server().execute("update orders set customer = 'changed " + seed + "', amount = amount + 1");
                    changed[0] = site.rows();
                },
                command);
        Duration outage = outage(site, home, hit);
        String found = site.rows();
        assertThat(found).as(hit.toString()).isIn(changed[0], backedUp);
        CommandLineInProcess.run(home, command).ok();
        assertThat(site.rows()).as(hit.toString()).isEqualTo(backedUp);
        requireAgreement(site, home, hit.toString());
        removeKept(site);
        figures.add("restore", hit, outage, "rows " + (found.equals(backedUp) ? "as backed up" : "as before"));
    }

    /** Waits until the database answers and nobody is about to bring it back any more. */
    private static Duration outage(Site site, Path home, Kill.Hit hit) throws Exception {
        if (hit.aim().victims() == Kill.Victims.JOB_AND_GUARD) {
            // nobody is left but the next start
            CommandLineInProcess.run(home, "verify", "1").ok();
        }
        Until.holds(hit + ": the database answers", Site.PATIENT, site::answers);
        Until.holds(hit + ": no lease is left", Site.PATIENT, () -> settled(home) && site.answers());
        Duration outage = Duration.ofNanos(System.nanoTime() - hit.at());
        if (hit.aim().victims() == Kill.Victims.JOB) {
            assertThat(outage).as(hit + ": within the lease").isLessThan(Site.LEASE);
        }
        return outage;
    }

    private static boolean settled(Path home) throws Exception {
        for (LeaseRecord lease : new Leases(home.resolve("var/leases"), new SystemWaiter()).list()) {
            if (lease.state().owesTheSource()) {
                return false;
            }
        }
        return true;
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

    /** When each moment comes in a run that nobody disturbs: the shortest of some, else many kills come too late. */
    private Map<Moment, Long> calm(Path home, String... command) throws Exception {
        Path log = folder.resolve("calm.log");
        // the first makes catalog and library
        assertThat(Site.runToEnd(home, log, command)).as(Files.readString(log)).isZero();
        Map<Moment, Long> shortest = Map.of();
        for (int i = 0; i < CALM_RUNS; i++) {
            try (JobTrace trace = new JobTrace(home)) {
                Process process = Site.start(home, log, command);
                Map<Moment, Long> seen = trace.watch(process);
                assertThat(process.exitValue()).as(Files.readString(log)).isZero();
                shortest = shortest.isEmpty() || length(seen) < length(shortest) ? seen : shortest;
            }
        }
        figures.calm(shortest);
        return shortest;
    }

    private static long length(Map<Moment, Long> seen) {
        return seen.get(Moment.JOB_ENDED) - seen.get(Moment.JOB_BEGUN);
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

    private static long[] seeds(int count) {
        String some = System.getProperty("saddlebag.kill.seed");
        return some == null
                ? LongStream.rangeClosed(1, count).toArray()
                : Stream.of(some.split(",")).mapToLong(Long::parseLong).toArray();
    }

    private static void assumeAssembled() {
        assumeTrue(Files.isDirectory(Site.library()), "the program isn't assembled: mvn package");
    }
}
