package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.PartSwitch;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.restore.RestoreRequest.Powers;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Database {@code orders} of the workbench, whose folder {@code journal} is a tablespace of which it keeps the place itself. */
@Tag("R2")
final class PartMovesTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;
    private Path fast;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        bench.orders.tablespaces.add(bench.journal);
        bench.orders.parts = Optional.of(new Noted());
        node = bench.node();
        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
        Files.writeString(bench.journal.resolve("log"), "spoilt");
        fast = Files.createDirectories(home.resolve("fast"));
        bench.events.clear();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    /** Notes where the restored files are in which it would change something. */
    private final class Noted implements PartSwitch {
        @Override
        public void require(Map<Path, Path> moves) throws IOException {
            if (moves.containsKey(bench.data)) {
                throw new BackupException(DatabaseFault.NO_SWITCH, "not this one", "Choose another.");
            }
        }

        @Override
        public void point(Map<Path, Path> moves, UnaryOperator<Path> staged) throws IOException {
            bench.events.add("switch " + moves.keySet());
            Path table = staged.apply(bench.data).resolve("table");
            Files.writeString(table, Files.readString(table) + moves.get(bench.journal));
        }
    }

    private RestoreRequest request(RestoreChoices choices, String... mappings) {
        return new RestoreRequest(
                List.of(new BackupSelector.Latest("orders")),
                List.of(),
                null,
                Existing.REPLACE,
                "orders",
                null,
                Prompt.OPERATOR,
                Stream.of(mappings).map(PathMapping::parse).toList(),
                Powers.AS_BACKED_UP,
                choices);
    }

    private RestoreRequest switching(String... mappings) {
        return request(RestoreChoices.DEFAULT.switched(), mappings);
    }

    private Job restored(RestoreRequest request) throws Exception {
        Job job = node.restores.restore(request).get(0);
        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        return job;
    }

    @Test
    void a_part_is_restored_to_its_new_place_and_used_there() throws Exception {
        Path now = fast.resolve("journal");

        Job job = restored(switching(bench.journal + "=" + now));

        assertThat(now.resolve("log")).hasContent("begin; commit\n");
        assertThat(bench.data.resolve("table")).hasContent("row 1\n" + now);
        assertThat(bench.events).containsExactly("stop", "switch [" + bench.journal + "]", "start", "verify");
        // recorded, and left alone
        assertThat(bench.journal.resolve("log")).hasContent("spoilt");
        assertThat(job.figures()).containsEntry(PartMoves.LEFT_COPIES, bench.journal.toString());
        try (Stream<Path> beside = Files.list(home)) {
            assertThat(beside.map(each -> each.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("journal.saddlebag"));
        }
    }

    /** The database knows its part under another name by now: no copy is made under the one that it had at the backup. */
    @Test
    void a_part_that_the_database_has_elsewhere_by_now_is_restored_there_and_nowhere_else() throws Exception {
        Path now = fast.resolve("journal");
        Files.move(bench.journal, now);
        bench.orders.moved.put(bench.journal, now);

        Job job = restored(request(RestoreChoices.DEFAULT));

        assertThat(now.resolve("log")).hasContent("begin; commit\n");
        assertThat(bench.journal).doesNotExist();
        assertThat(bench.data.resolve("table")).hasContent("row 1\n" + now);
        assertThat(job.figures()).doesNotContainKey(PartMoves.LEFT_COPIES);
    }

    @Test
    void its_old_place_is_a_place_that_can_be_asked_for() throws Exception {
        Path now = fast.resolve("journal");
        Files.move(bench.journal, now);
        bench.orders.moved.put(bench.journal, now);

        restored(switching(bench.journal + "=" + bench.journal));

        assertThat(bench.journal.resolve("log")).hasContent("begin; commit\n");
        assertThat(now.resolve("log")).hasContent("spoilt");
        assertThat(bench.events).containsExactly("stop", "start", "verify");
    }

    @Test
    void an_empty_folder_that_is_ready_for_it_is_taken() throws Exception {
        Path now = Files.createDirectories(fast.resolve("journal"));

        restored(switching(bench.journal + "=" + now));

        assertThat(now.resolve("log")).hasContent("begin; commit\n");
    }

    @Test
    void what_cannot_go_well_is_refused_before_anything_is_touched() throws Exception {
        Files.writeString(Files.createDirectories(fast.resolve("taken")).resolve("mine"), "mine");
        Map<String, String> before = Trees.content(home.resolve("data"));

        refused(switching(bench.journal + "=" + fast.resolve("taken")), RestoreFault.IN_THE_WAY);
        refused(switching(bench.journal + "=" + fast.resolve("no/folder")), RestoreFault.MOVES_NOT_POSSIBLE);
        refused(switching(bench.journal + "=" + bench.data.resolve("within")), RestoreFault.MOVES_NOT_POSSIBLE);
        refused(switching(bench.journal + "/log=" + fast.resolve("log")), RestoreFault.MOVES_NOT_POSSIBLE);
        refused(switching(bench.data + "=" + fast.resolve("data")), DatabaseFault.NO_SWITCH);
        bench.orders.parts = Optional.empty();
        refused(switching(bench.journal + "=" + fast.resolve("journal")), DatabaseFault.NO_SWITCH);

        assertThat(bench.events).isEmpty();
        assertThat(Trees.content(home.resolve("data"))).isEqualTo(before);
        assertThat(bench.journal.resolve("log")).hasContent("spoilt");
        assertThat(bench.log().jobs()).hasSize(1);
    }

    private void refused(RestoreRequest request, io.saddlebag.fault.FaultCode code) {
        BackupException refused = catchThrowableOfType(BackupException.class, () -> node.restores.restore(request));
        assertThat(refused.codeId()).as(refused.what()).isEqualTo(code.id());
    }

    @Test
    void without_switch_a_database_has_no_new_places() {
        assertThatThrownBy(() -> request(RestoreChoices.DEFAULT, bench.journal + "=" + fast.resolve("journal")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("switch");
        assertThatThrownBy(() -> new RestoreRequest(
                                List.of(new BackupSelector.Latest("orders")),
                                List.of(),
                                fast,
                                Existing.REPLACE,
                                "orders",
                                null)
                        .with(RestoreChoices.DEFAULT.switched()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave out the target");
    }
}
