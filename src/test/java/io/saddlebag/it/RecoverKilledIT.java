package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.watchdog.Leases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL within recoveries of real engines, as in {@link KillSweepIT}: afterwards the database has the rows that it had or those that were
 * asked for, an incarnation is known if and only if it began, journals go on without a gap, and the same command again comes to what
 * was asked for. Some seeds alone: {@code -Dsaddlebag.kill.seed=17,18}; another number of the short ones: {@code -Dsaddlebag.kills=30}.
 */
@Tag("Q11")
@Tag("Q15")
@Tag("R7")
class RecoverKilledIT {
    private static final int SAMPLE = Integer.getInteger("saddlebag.kills", 1);
    private static final int SAMPLE_OF_SQLITE = Integer.getInteger("saddlebag.kills", 2);
    private static final int ALL = 100;
    /** Rows of the sweep begin behind those. */
    private static final int FIRST_MARKER = 10;

    @TempDir
    Path folder;

    private final SweepFigures figures = new SweepFigures();
    private int marker = FIRST_MARKER;

    @Test
    void a_recovery_of_sqlite_killed_at_any_instant_costs_no_row() throws Exception {
        assumeAssembled();
        sweep("sqlite", new RecoveredSqlite(folder), SAMPLE_OF_SQLITE);
    }

    @Test
    @Tag("R12")
    void a_recovery_of_postgresql_killed_at_any_instant_costs_no_row() throws Exception {
        assumeAssembled();
        sweep("postgresql", new RecoveredPostgres(folder), SAMPLE);
    }

    @Test
    @Tag("long")
    void a_recovery_of_mariadb_killed_at_any_instant_costs_no_row() throws Exception {
        assumeAssembled();
        sweep("mariadb", new RecoveredMariadb(folder), SAMPLE);
    }

    @Test
    @Tag("long")
    void one_hundred_killed_recoveries_of_sqlite_cost_no_row() throws Exception {
        assumeAssembled();
        sweep("sqlite", new RecoveredSqlite(folder), ALL);
        assertThat(figures.diedIn("in 'put restored components in place'")).isGreaterThan(10);
    }

    @Test
    @Tag("long")
    @Tag("R12")
    void one_hundred_killed_recoveries_of_postgresql_cost_no_row() throws Exception {
        assumeAssembled();
        sweep("postgresql", new RecoveredPostgres(folder), ALL);
        assertThat(figures.diedIn("in 'put restored components in place'")).isGreaterThan(10);
    }

    @Test
    @Tag("long")
    void one_hundred_killed_recoveries_of_mariadb_cost_no_row() throws Exception {
        assumeAssembled();
        sweep("mariadb", new RecoveredMariadb(folder), ALL);
        assertThat(figures.diedIn("in 'put restored components in place'")).isGreaterThan(10);
    }

    private static Kill.Aim aim(long seed) {
        Kill.Victims both = Kill.Victims.JOB_AND_GUARD;
        return switch ((int) (seed % 8)) {
            case 1 -> new Kill.Aim(Moment.SWAP_BEGUN, Moment.SWAPPED, both, "while it swaps, with the guard");
            case 2 -> new Kill.Aim(Moment.SWAP_BEGUN, Moment.SWAPPED, "while it swaps");
            case 3 -> new Kill.Aim(Moment.SWAPPED, Moment.JOB_ENDED, both, "behind the swap, with the guard");
            case 4 -> new Kill.Aim(Moment.STOPPED, Moment.SWAP_BEGUN, "between stop and swap");
            case 5 -> new Kill.Aim(Moment.SWAPPED, Moment.JOB_ENDED, "behind the swap");
            case 6 -> new Kill.Aim(Moment.STOPPED, Moment.SWAP_BEGUN, both, "between stop and swap, with the guard");
            case 7 -> new Kill.Aim(Moment.JOB_BEGUN, Moment.JOB_ENDED, both, "anywhere, with the guard");
            default -> new Kill.Aim(Moment.JOB_BEGUN, Moment.JOB_ENDED, "anywhere");
        };
    }

    private void sweep(String engine, RecoveredDatabase opened, int kills) throws Exception {
        try (RecoveredDatabase database = opened) {
            Kill killer = new Kill(folder.resolve("killed.log"), calm(database));
            for (long seed : seeds(kills)) {
                kill(engine, database, killer, seed);
            }
            assertThat(CommandLineInProcess.run(database.home(), "journal", "list", database.journals())
                            .ok()
                            .out())
                    .doesNotContain("gap");
        } finally {
            figures.write("recovery of " + engine);
        }
    }

    private void kill(String engine, RecoveredDatabase database, Kill killer, long seed) throws Exception {
        String[] before = new String[1];
        long[] known = new long[1];
        Kill.Hit hit = killer.hit(
                database.home(),
                seed,
                aim(seed),
                () -> {
                    removeKept(database);
                    database.write(marker++);
                    before[0] = database.rows();
                    known[0] = incarnations(database);
                },
                database.recovery());
        if (hit.aim().victims() == Kill.Victims.JOB_AND_GUARD || seed % 3 == 2) {
            // also while a guard is at work
            nextStart(database);
        }
        Until.holds(hit + ": no lease is left", Site.PATIENT, () -> settled(database.home()));
        Until.holds(hit + ": the database answers", Site.PATIENT, database::answers);
        Duration outage = Duration.ofNanos(System.nanoTime() - hit.at());
        nextStart(database);

        String found = database.rows();
        assertThat(found).as(hit.toString()).isIn(before[0], RecoveredDatabase.TARGET);
        boolean recovered = found.equals(RecoveredDatabase.TARGET);
        requireGoesOn(database, found, known[0] + (recovered ? 1 : 0), hit);

        database.done(database.recovery());
        requireGoesOn(database, RecoveredDatabase.TARGET, known[0] + (recovered ? 2 : 1), hit);
        requireAgreement(database, hit);
        figures.add("recovery of " + engine, hit, outage, recovered ? "rows as asked for" : "rows as before");
    }

    /** What is written now is the next journal of the incarnation that the database is in, which is known. */
    private void requireGoesOn(RecoveredDatabase database, String rows, long incarnations, Kill.Hit hit)
            throws Exception {
        assertThat(database.rows()).as(hit.toString()).isEqualTo(rows);
        database.write(marker);
        assertThat(database.rows()).as(hit.toString()).isEqualTo(rows + " " + marker);
        marker++;
        assertThat(incarnations(database)).as(hit + ": incarnations").isEqualTo(incarnations);
    }

    private static long incarnations(RecoveredDatabase database) {
        return CommandLineInProcess.run(database.home(), "incarnation", "list", "orders", "--json")
                .ok()
                .json()
                .size();
    }

    private static void nextStart(RecoveredDatabase database) {
        CommandLineInProcess.run(database.home(), "verify", "1").ok();
    }

    private static boolean settled(Path home) throws Exception {
        for (LeaseRecord lease : new Leases(home.resolve("var/leases"), new SystemWaiter()).list()) {
            if (lease.state().owesTheSource()) {
                return false;
            }
        }
        return true;
    }

    private static void requireAgreement(RecoveredDatabase database, Kill.Hit hit) throws IOException {
        assertThat(database.leftBeside()).as(hit.toString()).isEmpty();
        for (JsonNode job : CommandLineInProcess.run(database.home(), "lsjob", "--json")
                .ok()
                .json()) {
            assertThat(job.path("ended").isNull())
                    .as(hit + ": " + job.toPrettyString())
                    .isFalse();
        }
    }

    /** What recoveries keep of before takes as much room as the database. */
    private static void removeKept(RecoveredDatabase database) throws IOException {
        try (Stream<Path> beside = Files.list(database.place().getParent())) {
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

    /** When each moment comes in a run that nobody disturbs. */
    private Map<Moment, Long> calm(RecoveredDatabase database) throws Exception {
        Path log = folder.resolve("calm.log");
        try (JobTrace trace = new JobTrace(database.home())) {
            Process process = Site.start(database.home(), log, database.recovery());
            Map<Moment, Long> seen = trace.watch(process);
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            assertThat(database.rows()).isEqualTo(RecoveredDatabase.TARGET);
            figures.calm(seen);
            return seen;
        }
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
