package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.workbench.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("W12")
@Tag("Q11")
final class ComponentSwapTest {
    private final HostFiles files = new LocalFiles(new LinuxPosix());

    @TempDir
    Path home;

    private Path data;
    private Path journal;

    @BeforeEach
    void place() throws IOException {
        data = component("data", "old");
        journal = component("journal", "old");
    }

    @Test
    void a_rename_that_fails_midway_is_completed_later_and_is_decided_until_then() throws Exception {
        long calls = callsOfSwap();
        for (FileFailureKind kind : List.of(FileFailureKind.IO_ERROR, FileFailureKind.PERMISSION)) {
            for (long call = 1; call <= calls; call++) {
                putBack();
                ComponentSwap faulty = swap(FaultyFiles.failing(files, call, kind), "1");
                boolean failed = false;
                try {
                    faulty.decide();
                    faulty.finish();
                } catch (BackupException expected) {
                    failed = true;
                }
                ComponentSwap next = swap(files, "1");
                String where = kind + " at call " + call + " of " + calls;
                if (!next.isDecided()) {
                    assertThat(List.of(text(data), text(journal)))
                            .as(where)
                            .isEqualTo(
                                    failed && exists(next.staging(data))
                                            ? List.of("old", "old")
                                            : List.of("new", "new"));
                    continue;
                }
                assertThat(next.finish()).as(where).isTrue();
                assertThat(List.of(text(data), text(journal))).as(where).containsOnly("new");
                assertThat(text(next.before(data))).as(where).isEqualTo("old");
                assertThat(text(next.before(journal))).as(where).isEqualTo("old");
            }
        }
    }

    /** Both are what a database would read together. */
    @Test
    void what_attends_a_component_is_set_aside_with_it_and_stays_with_one_that_stays() throws Exception {
        Path log = home.resolve("data-log");
        long calls = callsOfSwap() + 3;
        boolean stayed = false;
        boolean went = false;
        for (FileFailureKind kind : List.of(FileFailureKind.IO_ERROR, FileFailureKind.CRASH)) {
            for (long call = 1; call <= calls; call++) {
                putBack();
                Files.writeString(log, "old");
                ComponentSwap faulty = attended(FaultyFiles.failing(files, call, kind));
                try {
                    faulty.decide();
                    faulty.finish();
                } catch (BackupException | SimulatedCrash expected) {
                    // as it is, then
                }
                ComponentSwap next = ComponentSwap.of(files, faulty.facts());
                next.finish();
                String where = kind + " at call " + call + " of " + calls;
                if (text(data).equals("old")) {
                    assertThat(log).as(where).hasContent("old");
                    stayed = true;
                } else {
                    assertThat(log).as(where).doesNotExist();
                    assertThat(home.resolve(next.before(data).getFileName() + "-log"))
                            .as(where)
                            .hasContent("old");
                    assertThat(text(next.before(data))).as(where).isEqualTo("old");
                    went = true;
                }
            }
        }
        assertThat(stayed && went).isTrue();
    }

    /** The new one may have the name already when the other component's turn comes. */
    @Test
    void one_that_is_a_component_itself_is_swapped_and_not_set_aside() throws Exception {
        Path log = component("data-log", "old");
        ComponentSwap swap = new ComponentSwap(
                files, "1", List.of(log, data), each -> each.equals(data) ? List.of("-log") : List.of());
        for (Path each : List.of(log, data)) {
            component(swap.staging(each).getFileName().toString(), "new");
        }

        swap.decide();
        swap.finish();

        assertThat(List.of(text(data), text(log))).containsOnly("new");
        assertThat(text(swap.before(log))).isEqualTo("old");
    }

    private ComponentSwap attended(HostFiles through) {
        return new ComponentSwap(
                through, "1", List.of(data, journal), each -> each.equals(data) ? List.of("-log") : List.of());
    }

    @Test
    void a_second_restore_is_refused_while_an_earlier_one_is_decided_and_not_in_place() throws Exception {
        stage("1", "first");
        swap(files, "1").decide();
        stage("2", "second");
        ComponentSwap second = swap(files, "2");

        assertThatThrownBy(second::requireNoOther)
                .hasMessageContaining(RestoreFault.IN_THE_WAY.id())
                .hasMessageContaining("restore of job 1")
                .hasMessageContaining(data + ".saddlebag-swap-1");
        assertThatThrownBy(second::decide).hasMessageContaining(RestoreFault.IN_THE_WAY.id());
        // components in another order have their marker elsewhere
        assertThatThrownBy(() -> new ComponentSwap(files, "3", List.of(journal, data)).requireNoOther())
                .hasMessageContaining(RestoreFault.IN_THE_WAY.id());
        assertThat(text(data)).isEqualTo("old");

        assertThat(swap(files, "1").finish()).isTrue();
        second.decide();
        assertThat(second.finish()).isTrue();
        assertThat(List.of(text(data), text(journal))).containsOnly("second");
        assertThat(text(second.before(data))).isEqualTo("first");
    }

    @Test
    void a_component_that_is_gone_comes_back_and_nothing_is_kept_of_it() throws Exception {
        stage("1", "new");
        Trees.remove(journal);
        ComponentSwap swap = swap(files, "1");

        swap.decide();

        assertThat(swap.finish()).isTrue();
        assertThat(text(journal)).isEqualTo("new");
        assertThat(swap.before(journal)).doesNotExist();
        assertThat(text(swap.before(data))).isEqualTo("old");
    }

    @Test
    void a_component_that_was_not_restored_keeps_all_from_being_decided() throws Exception {
        stage("1", "new");
        ComponentSwap swap = swap(files, "1");
        Trees.remove(swap.staging(journal));

        assertThatThrownBy(swap::decide)
                .hasMessageContaining(RestoreFault.NOTHING_SELECTED.id())
                .hasMessageContaining(journal.toString());

        assertThat(swap.isDecided()).isFalse();
        assertThat(List.of(text(data), text(journal))).containsOnly("old");
    }

    @Test
    void one_who_wakes_late_in_the_middle_replaces_nothing() throws Exception {
        stage("1", "new");
        ComponentSwap guard = swap(files, "1");
        guard.decide();
        assertThat(guard.finish()).isTrue();

        // has seen before: both names there
        assertThatThrownBy(() -> files.rename(data, guard.before(data))).isInstanceOf(BackupException.class);

        assertThat(text(data)).isEqualTo("new");
        assertThat(text(guard.before(data))).isEqualTo("old");
        assertThat(guard.finish()).isFalse();
    }

    @Test
    void a_rename_never_replaces_a_file_that_has_the_name() throws Exception {
        Path kept = Files.writeString(home.resolve("kept"), "kept");
        Path other = Files.writeString(home.resolve("other"), "other");

        assertThatThrownBy(() -> new LinuxPosix().renameToFree(other, kept)).hasMessageContaining("exists");

        assertThat(kept).hasContent("kept");
        assertThat(other).hasContent("other");
    }

    private long callsOfSwap() throws IOException {
        putBack();
        FaultyFiles counting = FaultyFiles.counting(files);
        ComponentSwap swap = swap(counting, "1");
        swap.decide();
        swap.finish();
        return counting.calls();
    }

    private void putBack() throws IOException {
        try (Stream<Path> all = Files.list(home)) {
            for (Path each : all.toList()) {
                Trees.remove(each);
            }
        }
        place();
        stage("1", "new");
    }

    private void stage(String job, String text) throws IOException {
        ComponentSwap swap = swap(files, job);
        for (Path each : List.of(data, journal)) {
            component(swap.staging(each).getFileName().toString(), text);
        }
    }

    private ComponentSwap swap(HostFiles through, String job) {
        return new ComponentSwap(through, job, List.of(data, journal));
    }

    private Path component(String name, String text) throws IOException {
        Path folder = Files.createDirectories(home.resolve(name));
        Files.writeString(folder.resolve("x"), text);
        return folder;
    }

    private static boolean exists(Path path) {
        return Files.exists(path);
    }

    private static String text(Path component) throws IOException {
        return Files.readString(component.resolve("x"));
    }
}
