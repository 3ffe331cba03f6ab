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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays each line of the table of online backups. */
final class OnlineOutcomeMatrixTest {
    private static final List<String> PHASES = List.of("begin", "freeze", "thaw", "end", "write", "let go");
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
        assertThat(table()).extracting(line -> line.phase + " " + line.outcome).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("table")
    @Tag("W6")
    @Tag("W7")
    @Tag("W20")
    @Tag("W22")
    void what_the_table_says_is_so(Line line) throws Exception {
        try (Workbench bench = new Workbench(home)) {
            Life life = Life.unending();
            Workbench.Node node = bench.node(life, bench.files);
            plant(bench, life, line);
            boolean died = false;
            try {
                node.backupOnline();
            } catch (Life.Death death) {
                died = true;
            }
            if (died) {
                clear(bench);
                node.died();
                bench.node().recover();
            }
            assertThat(found(bench, line)).isEqualTo(line);
            assertThat(died).isEqualTo(line.outcome.equals("crashes"));

            clear(bench);
            node.died();
            bench.node().recover();
            bench.node().recover();
            assertThat(bench.snapshots.left()).isEmpty();
            assertThat(bench.log().owed()).isEmpty();
            assertThat(found(bench, line).database).isEqualTo("open");
            assertThat(found(bench, line).job).isEqualTo(line.job);
            assertThat(found(bench, line).backup).isEqualTo(line.backupAfterNextStart());
        }
    }

    private static Line found(Workbench bench, Line line) throws IOException {
        Job job = bench.onlyJob();
        String database = bench.orders.writer.frozen
                ? "frozen"
                : bench.orders.writer.mode != null
                        ? "in backup mode"
                        : bench.orders.state == DatabaseState.OPEN ? "open" : "down";
        return new Line(
                line.phase,
                line.outcome,
                database,
                bench.snapshots.left().isEmpty() ? "gone" : "kept",
                bench.backupState(),
                job.state().display());
    }

    private static void plant(Workbench bench, Life life, Line line) {
        FaultCode code = switch (line.phase) {
            case "begin" -> DatabaseFault.BACKUP_MODE_FAILED;
            case "thaw", "end" -> DatabaseFault.BACKUP_MODE_LOST;
            case "freeze" -> SnapshotFault.FAILED;
            case "let go" -> SnapshotFault.NOT_RELEASED;
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
            case "is cancelled" -> {
                Trouble cancel = once(
                        () -> bench.node().jobs.requestCancel(bench.onlyJob().name()));
                if (line.phase.equals("write")) {
                    bench.withinImage = cancel;
                } else {
                    before(bench, line.phase, cancel);
                }
            }
            case "unknown" ->
                after(bench, line.phase, once(() -> {
                    throw new IllegalStateException("nobody knows");
                }));
            default -> {
                // ok
            }
        }
    }

    private static void before(Workbench bench, String phase, Trouble trouble) {
        switch (phase) {
            case "begin" -> bench.orders.writer.beforeBegin = trouble;
            case "freeze" -> bench.snapshots.beforeCreate = trouble;
            case "thaw" -> bench.orders.writer.beforeThaw = trouble;
            case "end" -> bench.orders.writer.beforeEnd = trouble;
            case "write" -> bench.beforeImage = trouble;
            default -> bench.snapshots.beforeRelease = trouble;
        }
    }

    private static void after(Workbench bench, String phase, Trouble trouble) {
        switch (phase) {
            case "begin" -> bench.orders.writer.afterBegin = trouble;
            case "freeze" -> bench.snapshots.afterCreate = trouble;
            case "thaw" -> bench.orders.writer.afterThaw = trouble;
            case "end" -> bench.orders.writer.afterEnd = trouble;
            case "write" -> bench.afterImage = trouble;
            default -> bench.snapshots.afterRelease = trouble;
        }
    }

    private static void clear(Workbench bench) {
        bench.orders.writer.beforeBegin = Trouble.NONE;
        bench.orders.writer.beforeThaw = Trouble.NONE;
        bench.orders.writer.beforeEnd = Trouble.NONE;
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
            return phase.equals("write") && outcome.equals("unknown") ? "complete" : backup;
        }

        @Override
        public String toString() {
            return phase + " " + outcome + ": " + String.join(", ", database, snapshot, backup, job);
        }
    }
}
