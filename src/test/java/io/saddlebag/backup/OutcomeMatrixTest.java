package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.FaultCode;
import io.saddlebag.job.Job;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trouble;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays each line of the table that operators read. */
final class OutcomeMatrixTest {
    private static final List<String> PHASES = List.of("pre", "snapshot", "post", "image", "release");
    private static final List<String> OUTCOMES =
            List.of("ok", "fails", "times out", "crashes", "is cancelled", "unknown");

    @TempDir
    Path home;

    static List<Line> table() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(Path.of("docs/outcomes.md"))) {
            String[] cells = text.split("\\|", -1);
            if (cells.length == 8 && PHASES.contains(cells[1].strip())) {
                List<String> parts =
                        Arrays.stream(cells).skip(1).limit(6).map(String::strip).toList();
                lines.add(new Line(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4), parts.get(5)));
            }
        }
        return lines;
    }

    @Test
    @Tag("W22")
    void the_table_has_each_outcome_of_each_phase_once() throws Exception {
        List<String> expected = PHASES.stream()
                .flatMap(phase -> OUTCOMES.stream().map(outcome -> phase + " " + outcome))
                .toList();
        assertThat(table()).hasSize(30);
        assertThat(table()).extracting(line -> line.phase + " " + line.outcome).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("table")
    @Tag("W22")
    @Tag("W3")
    @Tag("W21")
    void what_the_table_says_is_so(Line line) throws Exception {
        try (Workbench bench = new Workbench(home)) {
            Life life = Life.unending();
            Workbench.Node node = bench.node(life, bench.files);
            plant(bench, life, line);
            boolean died = false;
            try {
                node.backup();
            } catch (Life.Death death) {
                died = true;
            }
            if (died) {
                clear(bench);
                node.died();
                bench.node().recover();
            }
            Line found = found(bench, line);
            assertThat(found).isEqualTo(line);
            assertThat(died).isEqualTo(line.outcome.equals("crashes"));

            clear(bench);
            node.died();
            bench.node().recover();
            bench.node().recover();
            assertThat(bench.snapshots.left()).isEmpty();
            assertThat(bench.log().owed()).isEmpty();
            assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
            assertThat(found(bench, line).job).isEqualTo(line.job);
            assertThat(found(bench, line).backup).isEqualTo(line.backupAfterNextStart());
        }
    }

    private static Line found(Workbench bench, Line line) throws IOException {
        Job job = bench.onlyJob();
        return new Line(
                line.phase,
                line.outcome,
                bench.orders.state.name().toLowerCase(Locale.ROOT),
                bench.snapshots.left().isEmpty() ? "gone" : "kept",
                bench.backupState(),
                job.state().display());
    }

    private static void plant(Workbench bench, Life life, Line line) {
        FaultCode code = switch (line.phase) {
            case "pre" -> DatabaseFault.STOP_FAILED;
            case "post" -> DatabaseFault.START_FAILED;
            case "snapshot" -> SnapshotFault.FAILED;
            case "release" -> SnapshotFault.NOT_RELEASED;
            default -> VolumeFault.NO_VOLUME;
        };
        switch (line.outcome) {
            case "fails" ->
                before(bench, line.phase, once(() -> {
                    throw Workbench.failure(code, null);
                }));
            case "times out" ->
                before(bench, line.phase, once(() -> {
                    bench.time.pass(Workbench.LEASE.plusSeconds(1));
                    throw Workbench.failure(code, "it took too long");
                }));
            case "crashes" ->
                before(bench, line.phase, once(() -> {
                    throw life.die();
                }));
            case "is cancelled" ->
                during(
                        bench,
                        line.phase,
                        once(() ->
                                bench.node().jobs.requestCancel(bench.onlyJob().name())));
            case "unknown" ->
                after(bench, line.phase, once(() -> {
                    throw new IllegalStateException("nobody knows");
                }));
            default -> {
                // ok
            }
        }
    }

    private static void during(Workbench bench, String phase, Trouble trouble) {
        if (phase.equals("image")) {
            bench.withinImage = trouble;
        } else {
            before(bench, phase, trouble);
        }
    }

    private static void before(Workbench bench, String phase, Trouble trouble) {
        switch (phase) {
            case "pre" -> bench.orders.beforeStop = trouble;
            case "snapshot" -> bench.snapshots.beforeCreate = trouble;
            case "post" -> bench.orders.beforeStart = trouble;
            case "image" -> bench.beforeImage = trouble;
            default -> bench.snapshots.beforeRelease = trouble;
        }
    }

    private static void after(Workbench bench, String phase, Trouble trouble) {
        switch (phase) {
            case "pre" -> bench.orders.afterStop = trouble;
            case "snapshot" -> bench.snapshots.afterCreate = trouble;
            case "post" -> bench.orders.afterStart = trouble;
            case "image" -> bench.afterImage = trouble;
            default -> bench.snapshots.afterRelease = trouble;
        }
    }

    private static void clear(Workbench bench) {
        bench.orders.beforeStop = Trouble.NONE;
        bench.orders.beforeStart = Trouble.NONE;
        bench.snapshots.beforeCreate = Trouble.NONE;
        bench.snapshots.beforeRelease = Trouble.NONE;
    }

    private static Trouble once(Trouble trouble) {
        AtomicBoolean happened = new AtomicBoolean();
        return () -> {
            if (!happened.getAndSet(true)) {
                trouble.happens();
            }
        };
    }

    record Line(String phase, String outcome, String database, String snapshot, String backup, String job) {
        /** An image that is whole on its media although nobody was told so is read in. */
        String backupAfterNextStart() {
            return phase.equals("image") && outcome.equals("unknown") ? "complete" : backup;
        }

        @Override
        public String toString() {
            return phase + " " + outcome + ": " + String.join(", ", database, snapshot, backup, job);
        }
    }
}
