package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of a backup in a pool, restored once already to a folder. */
final class InPlaceTest {
    private static final RestoreChoices FORCE = RestoreChoices.parse(null, null, true);

    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;
    private Path target;
    private Path table;
    private Map<String, String> whole;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        node.backup(node.poolTarget());
        target = Files.createDirectories(home.resolve("target"));
        Job first = restore(RestoreChoices.DEFAULT);
        assertThat(first.cause()).isNull();
        table = target.resolve(bench.data.toString().substring(1)).resolve("table");
        whole = Trees.content(target);
        assertThat(whole).hasSizeGreaterThan(2);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("R6")
    void no_file_is_written_again_that_is_in_place() throws Exception {
        Object untouched = identity(table);

        Job job = restore(RestoreChoices.DEFAULT);

        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        assertThat(identity(table)).isEqualTo(untouched);
        assertThat(Trees.content(target)).isEqualTo(whole);
        assertThat(job.figures()).containsEntry("in-place", "3");
    }

    @Test
    @Tag("R6")
    void only_what_is_missing_is_restored() throws Exception {
        Object untouched = identity(table);
        Path index = table.resolveSibling("base/index");
        Files.delete(index);

        Job job = restore(RestoreChoices.DEFAULT);

        assertThat(job.cause()).isNull();
        assertThat(Trees.content(target)).isEqualTo(whole);
        assertThat(identity(table)).isEqualTo(untouched);
        assertThat(job.figures()).containsEntry("in-place", "2");
    }

    /** What tells that a file isn't the one that was backed up. */
    enum Change {
        LENGTH {
            @Override
            void make(Path file) throws IOException {
                FileTime modified = Files.getLastModifiedTime(file);
                Files.writeString(file, "longer than it was");
                Files.setLastModifiedTime(file, modified);
            }
        },
        TIME {
            @Override
            void make(Path file) throws IOException {
                FileTime modified = Files.getLastModifiedTime(file);
                Files.writeString(file, "ROW 1\n");
                Files.setLastModifiedTime(
                        file, FileTime.from(modified.toInstant().plusNanos(1000)));
            }
        },
        RIGHTS {
            @Override
            void make(Path file) throws IOException {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx-----x"));
            }
        },
        ATTRIBUTE {
            @Override
            void make(Path file) throws IOException {
                FileTime modified = Files.getLastModifiedTime(file);
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                        .write("note", ByteBuffer.wrap(new byte[] {1}));
                Files.setLastModifiedTime(file, modified);
            }
        },
        KIND {
            @Override
            void make(Path file) throws IOException {
                Files.delete(file);
                Files.createSymbolicLink(file, Path.of("elsewhere"));
            }
        };

        abstract void make(Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    @Tag("R6")
    void a_file_that_was_changed_is_restored(Change change) throws Exception {
        var rights = Files.getPosixFilePermissions(table);
        change.make(table);

        assertThat(restore(RestoreChoices.DEFAULT).cause()).isNull();

        assertThat(Trees.content(target)).isEqualTo(whole);
        assertThat(Files.isSymbolicLink(table)).isFalse();
        assertThat(Files.getPosixFilePermissions(table)).isEqualTo(rights);
        assertThat(Files.getFileAttributeView(table, UserDefinedFileAttributeView.class)
                        .list())
                .isEmpty();
    }

    @Test
    @Tag("R6")
    void the_body_is_not_looked_at_and_force_restores_all() throws Exception {
        FileTime modified = Files.getLastModifiedTime(table);
        Files.writeString(table, "ROT 1\n");
        Files.setLastModifiedTime(table, modified);

        assertThat(restore(RestoreChoices.DEFAULT).cause()).isNull();
        assertThat(table).hasContent("ROT 1");

        Job forced = restore(FORCE);
        assertThat(Trees.content(target)).isEqualTo(whole);
        assertThat(forced.figures()).doesNotContainKey("in-place");
    }

    @Test
    @Tag("R6")
    void what_is_in_place_gets_no_second_copy_under_another_name() throws Exception {
        Files.writeString(table, "mine");

        Job job = node.restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")), List.of(), target, Existing.RENAME, null, null))
                .get(0);

        assertThat(job.cause()).isNull();
        assertThat(Trees.content(target).keySet().stream().filter(name -> name.contains(".backup-1")))
                .singleElement()
                .asString()
                .endsWith("table.backup-1");
    }

    @Test
    @Tag("R6")
    void a_file_beside_that_looks_the_same_is_no_reason_to_leave_a_spoilt_one() throws Exception {
        Files.copy(table, table.resolveSibling("table.backup-1"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(table, "mine");

        assertThat(restore(RestoreChoices.DEFAULT).cause()).isNull();

        assertThat(table).hasContent("row 1");
    }

    @Test
    @Tag("R6")
    @Tag("Q11")
    void a_restore_that_died_anywhere_is_made_whole_by_the_same_command() throws Exception {
        boolean through = false;
        long left = 0;
        for (int call = 1; !through; call += 7) {
            Trees.remove(target);
            Files.createDirectories(target);
            FaultyFiles dying = FaultyFiles.failing(bench.files, call, FileFailureKind.CRASH);
            Workbench.Node mortal = bench.node(Life.unending(), dying);
            try {
                mortal.restores.restore(request(RestoreChoices.DEFAULT));
                through = !dying.fired();
            } catch (SimulatedCrash expected) {
                assertThat(dying.fired()).isTrue();
            }
            bench.dead.add(mortal.owner);
            Workbench.Node next = bench.node();
            next.recover();

            Job job = next.restores.restore(request(RestoreChoices.DEFAULT)).get(0);

            assertThat(job.state()).as("call " + call + ": " + job.cause()).isEqualTo(JobState.COMPLETED);
            // only a process that really dies owes the removal of its unfinished files; LeftoversTest has that
            Map<String, String> there = Trees.content(target);
            there.keySet().removeIf(name -> name.contains("/.saddlebag-part-"));
            assertThat(there).as("call " + call).isEqualTo(whole);
            left += Long.parseLong(job.figures().getOrDefault("in-place", "0"));
        }
        assertThat(left).isPositive();
    }

    @Test
    @Tag("R6")
    void files_of_a_stopped_database_are_always_restored() throws Exception {
        FileTime modified = Files.getLastModifiedTime(bench.data.resolve("table"));
        Files.writeString(bench.data.resolve("table"), "ROT 1\n");
        Files.setLastModifiedTime(bench.data.resolve("table"), modified);

        node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.Latest("orders")),
                List.of(bench.data + "/table"),
                null,
                Existing.REPLACE,
                "orders",
                null));

        assertThat(bench.data.resolve("table")).hasContent("row 1");
    }

    private RestoreRequest request(RestoreChoices choices) {
        return new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")), List.of(), target, Existing.REPLACE, null, null)
                .with(choices);
    }

    private Job restore(RestoreChoices choices) throws Exception {
        return node.restores.restore(request(choices)).get(0);
    }

    private static Object identity(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }
}
