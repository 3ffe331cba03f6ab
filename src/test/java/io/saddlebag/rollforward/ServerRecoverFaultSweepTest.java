package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.PostgresServer;
import io.saddlebag.volume.SweepTable;
import io.saddlebag.workbench.CallFaults;
import io.saddlebag.workbench.CallFaults.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link RecoverFaultSweepTest}, of a real PostgreSQL and a real MariaDB: also their programs, which fail, hang or lie, and each statement that goes
 * to them. A data directory has a thousand files, which are restored in the same way: of each kind of call it is the first ones, one in the middle and the last
 * one that go wrong, in each way. Some alone: {@code -Dsaddlebag.sweep=ERROR@HostFiles.rename@1}; each ninth, from the fourth on: {@code
 * -Dsaddlebag.sweep.part=4/9}.
 */
@Tag("Q11")
@Tag("Q15")
@Tag("R7")
class ServerRecoverFaultSweepTest {
    private static final int SAMPLE = Integer.getInteger("saddlebag.sweep.servers.cases", 3);
    private static final long SEED = Long.getLong("saddlebag.seed", 7);
    /** Each so many of them is written to, backed up and recovered again, and what was set aside is opened. */
    private static final int BETWEEN_WRITES = 4;

    /** Nothing here depends on what survives the loss of power, and a disk that others use would take most of the time. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path disk;

    private Path folder;
    private final SweepTable table = new SweepTable();

    /** One thing that goes wrong. */
    private record Case(Kind kind, String call, long nth, boolean guarded) {
        int drawn() {
            return new Random(SEED ^ toString().hashCode()).nextInt();
        }

        @Override
        public String toString() {
            return kind + "@" + call + "@" + nth + (guarded ? ", of the guard too" : "");
        }
    }

    @BeforeEach
    void place() throws Exception {
        folder = Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "saddlebag-test-") : disk;
        PostgresServer.makeReachable(folder.resolve("any"));
    }

    @AfterEach
    void clear() throws Exception {
        ServerSite.endAll(each -> ServerSite.worksBelow(each, folder));
        ServerSite.remove(folder.resolve("site"));
        ServerSite.remove(folder.resolve("made"));
        if (!folder.equals(disk)) {
            Files.delete(folder);
        }
    }

    @Test
    @Tag("slow")
    void a_seeded_sample_of_faults_costs_postgresql_no_row() throws Exception {
        sweep("PostgreSQL", SweptPostgres::make, SAMPLE);
    }

    @Test
    @Tag("slow")
    void a_seeded_sample_of_faults_costs_mariadb_no_row() throws Exception {
        sweep("MariaDB", SweptMariadb::make, SAMPLE);
    }

    @Test
    @Tag("long")
    void every_fault_at_every_kind_of_call_costs_postgresql_no_row() throws Exception {
        sweep("PostgreSQL", SweptPostgres::make, Integer.MAX_VALUE);
    }

    @Test
    @Tag("long")
    void every_fault_at_every_kind_of_call_costs_mariadb_no_row() throws Exception {
        sweep("MariaDB", SweptMariadb::make, Integer.MAX_VALUE);
    }

    /** The server that applies them works on a folder of its own, and for nobody any more. */
    @Test
    @Tag("slow")
    @Tag("W21")
    void a_mariadb_that_applied_journals_for_a_dead_process_is_ended_by_the_next_start() throws Exception {
        ServerSite.Made made = made(SweptMariadb::make);
        play("MariaDB", made, new Case(Kind.DEATH_AFTER, "Processes.run(mariadb-binlog)", 1, false), false);
        end("MariaDB");
        assertThat(table.cases()).isEqualTo(1);
    }

    /** Its exit code is not what tells that statements were carried out. */
    @Test
    @Tag("slow")
    void a_client_of_mariadb_that_does_nothing_and_says_that_all_went_well_is_not_believed() throws Exception {
        ServerSite.Made made = made(SweptMariadb::make);
        play("MariaDB", made, new Case(Kind.LIE, "Processes.run(mariadb)", 1, false), false);
        end("MariaDB");
        assertThat(table.cases()).isEqualTo(1);
    }

    /** Nobody has recorded the incarnation that it began, and its history is archived, and in no backup. */
    @Test
    @Tag("slow")
    @Tag("R9")
    void a_postgresql_that_was_recovered_for_a_dead_process_gives_no_incarnation_twice() throws Exception {
        ServerSite.Made made = made(SweptPostgres::make);
        play("PostgreSQL", made, new Case(Kind.DEATH_BEFORE, "DatabaseRecovery.await", 1, false), true);
        end("PostgreSQL");
        assertThat(table.cases()).isEqualTo(1);
    }

    private ServerSite.Made made(ServerSite.Maker maker) throws Exception {
        return ServerSite.make(
                Files.createDirectories(folder.resolve("site")).toAbsolutePath(), folder.resolve("made"), maker);
    }

    private void end(String engine) {
        table.print("recoveries of " + engine);
        assertThat(table.defects()).isEmpty();
        assertThat(table.cases()).isPositive();
    }

    private void sweep(String engine, ServerSite.Maker maker, int most) throws Exception {
        ServerSite.Made made = made(maker);
        List<Case> cases = cases(calm(made));
        // by itself, since the number of calls that are repeated until a server answers is another one each time
        cases.sort(Comparator.comparing(Case::drawn));
        String one = System.getProperty("saddlebag.sweep");
        String[] part = System.getProperty("saddlebag.sweep.part", "1/1").split("/");
        int played = 0;
        for (Case each : cases) {
            boolean inPart = Math.floorMod(each.drawn(), Integer.parseInt(part[1])) == Integer.parseInt(part[0]) - 1;
            boolean wanted = inPart && (one == null || each.toString().startsWith(one));
            if (wanted && played < most && play(engine, made, each, played % BETWEEN_WRITES == 0)) {
                played++;
            }
        }
        end(engine + " (of " + cases.size() + " cases)");
    }

    /** @return how many calls of each name there are that can go wrong in a way, in a recovery that nobody disturbs */
    private static Map<Kind, Map<String, Long>> calm(ServerSite.Made made) throws Exception {
        try (ServerSite site = ServerSite.again(made)) {
            CallFaults counting = CallFaults.none();
            SweptNode.Ended ended = site.count(counting);
            assertThat(ended.success()).as(ended.told()).isTrue();
            site.mended();
            assertThat(site.server.rows()).isEqualTo(ServerSite.TARGET);
            assertThat(site.incarnations()).hasSize(1);
            assertThat(site.leftBeside()).isEmpty();
            Map<Kind, Map<String, Long>> calls = new TreeMap<>();
            for (Kind each : Kind.values()) {
                calls.put(each, new TreeMap<>(counting.named(each)));
            }
            assertThat(calls.get(Kind.ERROR))
                    .containsKeys("Driver.connect", "HostFiles.rename", "Statement.executeQuery");
            return calls;
        }
    }

    /** Programs are few, and each of their calls is another one. */
    private static List<Case> cases(Map<Kind, Map<String, Long>> calls) {
        List<Case> all = new ArrayList<>();
        calls.forEach((kind, names) -> names.forEach((name, many) -> {
            Set<Long> some = new TreeSet<>(List.of(1L, many));
            boolean program = name.startsWith("Processes.run");
            if (many > 2) {
                some.addAll(List.of(2L, (many + 1) / 2));
            }
            for (long nth = 1; program && nth <= many; nth++) {
                some.add(nth);
            }
            for (long nth : some) {
                all.add(new Case(kind, name, nth, true));
                all.add(new Case(kind, name, nth, false));
            }
        }));
        return all;
    }

    /** @return whether it was reached */
    private boolean play(String engine, ServerSite.Made made, Case one, boolean goesOn) throws Exception {
        try (ServerSite site = ServerSite.again(made)) {
            CallFaults faults = CallFaults.at(one.call(), one.nth(), one.kind(), site.bench.time);
            SweptNode.Ended ended = site.recover(faults, one.guarded());
            if (!faults.fired()) {
                return false;
            }
            String where = one + ": " + ended;
            try {
                site.nextStart();
                List<String> wrong = new ArrayList<>();
                String rows = judge(engine, site, ended, wrong, goesOn);
                repeat(site, wrong);
                if (goesOn && wrong.isEmpty()) {
                    goOn(site, wrong);
                }
                wrong.forEach(each -> table.defect(where + ": " + each));
                String outcome = (ended.success() ? "success" : "failure") + ", "
                        + (rows.equals(ServerSite.TARGET) ? "as asked for" : "as before");
                table.add(one.kind().toString(), one.call(), outcome);
                System.out.println(engine + " " + one + ": " + outcome + ", " + wrong);
            } catch (Exception | AssertionError e) {
                table.add(one.kind().toString(), one.call(), "not to be judged");
                table.defect(where + ": " + e);
                System.out.println(engine + " " + where + ": " + e);
            }
            return true;
        }
    }

    /** @return the rows that there are */
    private static String judge(
            String engine, ServerSite site, SweptNode.Ended ended, List<String> wrong, boolean thoroughly)
            throws Exception {
        String rows = site.server.rows();
        boolean recovered = rows.equals(ServerSite.TARGET);
        require(recovered || rows.equals(ServerSite.BEFORE), "the rows are " + rows, wrong);
        require(recovered || !ended.success(), "a silent success", wrong);
        String aside = site.setAside();
        require(aside.isEmpty() != recovered, "beside it is kept: " + aside, wrong);
        if (thoroughly && !aside.isEmpty()) {
            String kept = site.rowsOf(Path.of(aside));
            require(kept.equals(ServerSite.BEFORE), "beside it are kept rows " + kept, wrong);
        }
        if (!engine.equals("PostgreSQL")) {
            // that one tells itself, by its journals
            require(
                    site.incarnations().size() == (recovered ? 1 : 0),
                    "incarnations are " + site.incarnations() + " with rows " + rows,
                    wrong);
        }
        requireSettled(site, wrong);
        return rows;
    }

    private static void requireSettled(ServerSite site, List<String> wrong) throws Exception {
        require(site.running().isEmpty(), "still running: " + site.running(), wrong);
        require(
                site.bench.log().owed().isEmpty(),
                "still owed: " + site.bench.log().owed(),
                wrong);
        require(site.others().isEmpty(), "servers are left: " + site.others(), wrong);
    }

    private static void repeat(ServerSite site, List<String> wrong) throws Exception {
        int known = site.incarnations().size();
        SweptNode.Ended repeated = site.repeat();
        require(repeated.success(), "the repeat: " + repeated, wrong);
        require(
                site.server.rows().equals(ServerSite.TARGET),
                "the rows of the repeat are " + site.server.rows(),
                wrong);
        List<String> incarnations = site.incarnations();
        require(incarnations.size() == known + 1, "incarnations of the repeat are " + incarnations, wrong);
        require(
                incarnations.stream()
                                .map(each -> each.substring(each.indexOf(" of ")))
                                .distinct()
                                .count()
                        == 1,
                "incarnations are " + incarnations,
                wrong);
        require(site.leftBeside().isEmpty(), "left beside it: " + site.leftBeside(), wrong);
        requireSettled(site, wrong);
    }

    /** What is written now is the first journal of the last incarnation, and comes back. */
    private static void goOn(ServerSite site, List<String> wrong) throws Exception {
        site.write(9);
        long said = site.server.incarnation();
        require(said == 0 || said == site.current(), "it is in " + said + ", known is " + site.current(), wrong);
        SweptNode.Ended forward = site.recoverToTheEnd();
        require(forward.success(), "forward: " + forward, wrong);
        require(site.server.rows().equals(ServerSite.TARGET + " 9"), "the rows are then " + site.server.rows(), wrong);
    }

    private static void require(boolean holds, String otherwise, List<String> wrong) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }
}
