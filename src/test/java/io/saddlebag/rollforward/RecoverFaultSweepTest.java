package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.volume.SweepTable;
import io.saddlebag.workbench.CallFaults;
import io.saddlebag.workbench.CallFaults.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One thing goes wrong at each call that a recovery of a real SQLite makes, to files of the machine, pool, guard, catalog, job log, watchdog,
 * journals and the database itself: afterwards it has the rows that it had, or those that were asked for, and its old file beside; never a mixture, and no
 * success without the rows. The same again comes to what was asked for, with one incarnation for each that began and nothing left over.
 * Some calls alone: {@code -Dsaddlebag.sweep=ERROR@17}; each ninth of all cases, from the fourth on: {@code -Dsaddlebag.sweep.part=4/9}.
 */
@Tag("Q11")
@Tag("Q15")
@Tag("R7")
@Tag("R9")
class RecoverFaultSweepTest {
    private static final int SAMPLE = Integer.getInteger("saddlebag.sweep.cases", 44);
    private static final long SEED = Long.getLong("saddlebag.seed", 7);
    /** A recovery makes more, or what it does isn't reached any more. */
    private static final int FEW_CALLS = 150;
    /** Each so many of the sampled ones it is written to, backed up and recovered again. */
    private static final int BETWEEN_WRITES = 22;

    private static final String KILLED = RecoverySite.BEFORE + " 4";

    /** Nothing here depends on what survives the loss of power, and a disk that others use would take most of the time. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path disk;

    private Path folder;
    private final SweepTable table = new SweepTable();

    @BeforeEach
    void place() throws IOException {
        folder = Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "saddlebag-test-") : disk;
    }

    @AfterEach
    void clear() throws IOException {
        RecoverySite.remove(folder.resolve("site"));
        RecoverySite.remove(folder.resolve("made"));
        if (!folder.equals(disk)) {
            Files.delete(folder);
        }
    }

    @Test
    @Tag("slow")
    void a_seeded_sample_of_faults_costs_no_row() throws Exception {
        CallFaults calm = begin();
        Random random = new Random(SEED);
        // it runs no programs
        List<Kind> kinds = Stream.of(Kind.values())
                .filter(each -> !calm.calls(each).isEmpty())
                .toList();
        for (int i = 0; i < SAMPLE; i++) {
            Kind kind = kinds.get(i % kinds.size());
            List<Long> calls = calm.calls(kind);
            play(kind, calls.get(random.nextInt(calls.size())), random.nextBoolean(), i % BETWEEN_WRITES == 0);
        }
        end();
    }

    @Test
    void a_swap_that_nobody_can_complete_before_the_next_start_begins_its_incarnation_then() throws Exception {
        begin();
        // the second one would put the restored file into the place that the first one has made free
        play(again(), CallFaults.at("HostFiles.rename", 1, Kind.NO_SPACE_FROM_THEN), true, true);
        play(again(), CallFaults.at("HostFiles.rename", 2, Kind.ERROR_FROM_THEN), true, false);
        end();
        assertThat(table.cases()).isEqualTo(2);
    }

    /** Its last row is in its log alone, which goes with the old file, or stays with it. */
    @ParameterizedTest
    @CsvSource({
        "QuiesceLease.commit, ERROR, true",
        "QuiesceLease.commit, DEATH_BEFORE, true",
        "QuiesceLease.commit, DEATH_BEFORE, false",
        "HostFiles.rename, DEATH_BEFORE, true",
        "HostFiles.rename, DEATH_AFTER, true"
    })
    @Tag("W12")
    @Tag("W21")
    void a_database_that_was_killed_has_all_its_rows_or_those_that_were_asked_for(
            String call, Kind kind, boolean guarded) throws Exception {
        begin();
        try (RecoverySite site = again()) {
            site.killed();
            CallFaults faults = CallFaults.at(call, 1, kind);

            SweptNode.Ended ended = site.recover(faults, guarded);

            assertThat(faults.fired()).as(ended.told()).isTrue();
            site.nextStart();
            String rows = site.rows();
            if (rows.equals(RecoverySite.TARGET)) {
                assertThat(site.setAside()).isEqualTo(KILLED);
            } else {
                assertThat(rows).as(ended.told()).isEqualTo(KILLED);
                assertThat(ended.success()).isFalse();
                assertThat(site.setAside()).isEmpty();
            }
            assertThat(call.equals("HostFiles.rename")).isEqualTo(rows.equals(RecoverySite.TARGET));
        }
    }

    /** SQLite takes any log that has the right name. */
    @Test
    @Tag("W12")
    void a_backup_that_comes_back_alone_is_not_given_the_log_of_the_killed_one() throws Exception {
        begin();
        try (RecoverySite site = again()) {
            site.killed();

            SweptNode.Ended ended = site.restore();

            assertThat(ended.success()).as(ended.told()).isTrue();
            assertThat(site.rows()).isEqualTo("1");
            assertThat(site.setAside()).isEqualTo(KILLED);
        }
    }

    @Test
    @Tag("W21")
    void a_job_that_was_asked_for_and_never_began_is_ended_by_its_request_or_by_the_next_start() throws Exception {
        begin();
        play(again(), CallFaults.at("JobLog.create", 1, Kind.DEATH_AFTER), true, false);
        play(again(), CallFaults.at("JobLog.create", 1, Kind.ERROR_AFTER), true, false);
        play(again(), CallFaults.at("JobLog.start", 1, Kind.DEATH_BEFORE), true, false);
        play(again(), CallFaults.at("JobLog.start", 1, Kind.DEATH_AFTER), true, false);
        end();
        assertThat(table.cases()).isEqualTo(4);
        try (RecoverySite site = again()) {
            SweptNode.Ended ended = site.recover(CallFaults.at("JobLog.start", 1, Kind.ERROR), true);
            assertThat(ended.success()).isFalse();
            assertThat(site.running()).as("without any start of a node").isEmpty();
        }
    }

    @Test
    @Tag("long")
    void every_fault_at_every_call_costs_no_row() throws Exception {
        CallFaults calm = begin();
        String one = System.getProperty("saddlebag.sweep");
        String[] part = System.getProperty("saddlebag.sweep.part", "1/1").split("/");
        long each = 0;
        for (Kind kind : Kind.values()) {
            for (long nth : calm.calls(kind)) {
                for (boolean guarded : new boolean[] {true, false}) {
                    boolean inPart = each++ % Long.parseLong(part[1]) == Long.parseLong(part[0]) - 1;
                    if (inPart && (one == null || one.equals(kind + "@" + nth))) {
                        play(kind, nth, guarded, nth % BETWEEN_WRITES == 0);
                    }
                }
            }
        }
        end();
    }

    /** @return the calls of a recovery that nobody disturbs */
    private CallFaults begin() throws Exception {
        RecoverySite.make(folder.resolve("site"));
        Files.move(folder.resolve("site"), folder.resolve("made"));
        try (RecoverySite site = again()) {
            CallFaults counting = CallFaults.none();
            SweptNode.Ended ended = site.recover(counting, true);
            assertThat(ended.success()).as(ended.told()).isTrue();
            assertThat(site.rows()).isEqualTo(RecoverySite.TARGET);
            assertThat(site.incarnations()).hasSize(1);
            assertThat(site.leftBeside()).isEmpty();
            assertThat(counting.calls()).isGreaterThan(FEW_CALLS);
            return counting;
        }
    }

    private RecoverySite again() throws Exception {
        return RecoverySite.again(folder.resolve("made"), folder.resolve("site"));
    }

    private void end() {
        table.print("recoveries of SQLite");
        assertThat(table.defects()).isEmpty();
        assertThat(table.cases()).isPositive();
    }

    private void play(Kind kind, long nth, boolean guarded, boolean goesOn) throws Exception {
        RecoverySite site = again();
        play(site, CallFaults.at(nth, kind, site.bench.time), guarded, goesOn);
    }

    private void play(RecoverySite opened, CallFaults faults, boolean guarded, boolean goesOn) throws Exception {
        try (RecoverySite site = opened) {
            SweptNode.Ended ended = site.recover(faults, guarded);
            if (!faults.fired()) {
                return;
            }
            String where = faults + (guarded ? ", of the guard too" : "") + ": " + ended;
            try {
                site.nextStart();
                List<String> wrong = new ArrayList<>();
                String rows = judge(site, ended, wrong);
                repeat(site, wrong);
                if (goesOn && wrong.isEmpty()) {
                    goOn(site, wrong);
                }
                wrong.forEach(each -> table.defect(where + ": " + each));
                table.add(
                        faults.kind().toString(),
                        faults.at(),
                        (ended.success() ? "success" : "failure") + ", "
                                + (rows.equals(RecoverySite.TARGET) ? "as asked for" : "as before"));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(where, e);
            }
        }
    }

    /** @return the rows that there are */
    private static String judge(RecoverySite site, SweptNode.Ended ended, List<String> wrong) throws Exception {
        String rows = site.rows();
        boolean recovered = rows.equals(RecoverySite.TARGET);
        require(recovered || rows.equals(RecoverySite.BEFORE), "the rows are " + rows, wrong);
        require(recovered || !ended.success(), "a silent success", wrong);
        require(
                site.setAside().equals(recovered ? RecoverySite.BEFORE : ""),
                "beside it is kept: " + site.setAside(),
                wrong);
        require(
                site.incarnations().size() == (recovered ? 1 : 0),
                "incarnations are " + site.incarnations() + " with rows " + rows,
                wrong);
        require(site.running().isEmpty(), "still running: " + site.running(), wrong);
        require(
                site.bench.log().owed().isEmpty(),
                "still owed: " + site.bench.log().owed(),
                wrong);
        return rows;
    }

    private static void repeat(RecoverySite site, List<String> wrong) throws Exception {
        int known = site.incarnations().size();
        SweptNode.Ended repeated = site.recover(CallFaults.none(), true);
        require(repeated.success(), "the repeat: " + repeated, wrong);
        require(site.rows().equals(RecoverySite.TARGET), "the rows of the repeat are " + site.rows(), wrong);
        List<String> incarnations = site.incarnations();
        require(incarnations.size() == known + 1, "incarnations of the repeat are " + incarnations, wrong);
        // all of them went off the first one behind the second journal
        require(
                incarnations.stream()
                                .map(each -> each.substring(each.indexOf(" of ")))
                                .distinct()
                                .count()
                        == 1,
                "incarnations are " + incarnations,
                wrong);
        require(site.leftBeside().isEmpty(), "left beside it: " + site.leftBeside(), wrong);
        require(
                site.bench.log().owed().isEmpty(),
                "owed after the repeat: " + site.bench.log().owed(),
                wrong);
    }

    /** What is written now is the first journal of the last incarnation, and comes back. */
    private static void goOn(RecoverySite site, List<String> wrong) throws Exception {
        int incarnation = site.incarnations().size() + 1;
        site.write(9);
        require(
                site.journals(incarnation).equals(List.of("1 READY")),
                "journals of incarnation " + incarnation + ": " + site.journals(incarnation),
                wrong);
        SweptNode.Ended forward = site.recoverToTheEnd();
        require(forward.success(), "forward: " + forward, wrong);
        require(site.rows().equals(RecoverySite.TARGET + " 9"), "the rows are then " + site.rows(), wrong);
    }

    private static void require(boolean holds, String otherwise, List<String> wrong) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }
}
