package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real files that change between the look and the reading, through a whole backup and its restore. */
@Tag("D4")
final class ChangingSourceTest {
    @TempDir
    Path home;

    /** What happens to file {@code table}, of "row 1\n", right before it is opened; and what is restored. */
    private enum Change {
        SHRINKS("row\0\0\0") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "row");
            }
        },
        GROWS("row 1\n") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "row 1\nrow 2\n");
            }
        },
        VANISHES("") {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
            }
        },
        BECOMES_A_LINK("") {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
                Files.createSymbolicLink(file, Path.of("/etc/shadow"));
            }
        },
        BECOMES_A_FOLDER("") {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
                Files.createDirectory(file);
            }
        };

        private final String restored;

        Change(String restored) {
            this.restored = restored;
        }

        abstract void to(Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void the_job_ends_with_warnings_and_everything_else_is_restored(Change change) throws Exception {
        try (Workbench bench = new Workbench(home)) {
            Workbench.Node node = bench.node(Life.unending(), changing(bench.files, change));
            BackupRun run = node.backups
                    .begin("backup files", null, Overlap.SKIP, Map.of())
                    .orElseThrow();
            run.snapshot(new NoSnapshots(bench.time), List.of(bench.data));
            run.store(run.source("files", new SourceOptions(Compression.NONE)), node.target());
            Job job = run.end(null);
            assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
            assertThat(transcripts()).contains(bench.data + "/table");

            Path target = Files.createDirectory(home.resolve("target"));
            Job restore = bench.node()
                    .restores
                    .restore(new RestoreRequest(
                            List.of(new BackupSelector.ById(new BackupId(1))),
                            List.of(),
                            target,
                            RestoreRequest.Existing.REPLACE,
                            null,
                            null))
                    .get(0);
            assertThat(restore.state()).as(String.valueOf(restore.cause())).isEqualTo(JobState.COMPLETED);
            Path there = target.resolve(bench.data.toString().substring(1));
            assertThat(there.resolve("base/index")).hasContent("1");
            if (change.restored.isEmpty()) {
                assertThat(there.resolve("table")).doesNotExist();
            } else {
                assertThat(Files.readString(there.resolve("table"))).isEqualTo(change.restored);
            }
        }
    }

    private String transcripts() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(home.resolve("transcripts"))) {
            for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all.append(Files.readString(each));
            }
        }
        return all.toString();
    }

    private static HostFiles changing(HostFiles files, Change change) {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("openRead")
                            && ((Path) arguments[0]).getFileName().toString().equals("table")) {
                        change.to((Path) arguments[0]);
                    }
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
