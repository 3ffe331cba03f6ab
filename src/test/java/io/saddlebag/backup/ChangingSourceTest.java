package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
        SHRINKS("row\0\0\0", "shrank") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "row");
            }
        },
        GROWS("row 1\n", "grew") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "row 1\nrow 2\n");
            }
        },
        VANISHES("", "vanished") {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
            }
        },
        BECOMES_A_LINK("", "unopened") {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
                Files.createSymbolicLink(file, Path.of("/etc/shadow"));
            }
        },
        BECOMES_A_FOLDER("", "unopened") {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
                Files.createDirectory(file);
            }
        };

        private final String restored;
        private final String flag;

        Change(String restored, String flag) {
            this.restored = restored;
            this.flag = flag;
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
            assertThat(flags(bench)).singleElement().satisfies(flag -> {
                assertThat(flag.path()).isEqualTo(bench.data + "/table");
                assertThat(flag.what()).isEqualTo(change.flag);
                assertThat(flag.detail()).isNotEmpty();
            });

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

    @ParameterizedTest
    @EnumSource(Change.class)
    @Tag("C1")
    @Tag("D2")
    void a_catalog_made_of_the_cartridges_has_the_flags_and_takes_the_file_again(Change change) throws Exception {
        try (Workbench bench = new Workbench(home)) {
            bench.time.pass(
                    Duration.between(bench.time.instant(), Instant.now()).plusHours(1));
            Workbench.Node node = bench.node(Life.unending(), changing(bench.files, change));
            backUp(bench, node, "0");
            bench.loseCatalog();
            Workbench.Node rebuilt = bench.node();
            JobRun job = rebuilt.jobs
                    .begin(new JobRequest("import", JobKind.BACKUP, null, List.of(), Map.of()), Overlap.WAIT)
                    .orElseThrow();
            rebuilt.imports.importAll("vault", bench.scan("SBG001"), job.transcript());
            job.end();

            assertThat(flags(bench)).extracting(ObjectFlag::what).containsExactly(change.flag);
            backUp(bench, rebuilt, "1");
            List<String> taken = new ArrayList<>();
            bench.catalog().objects(new BackupId(2), "", object -> taken.add(object.path()));
            if (Files.exists(bench.data.resolve("table"), LinkOption.NOFOLLOW_LINKS)) {
                assertThat(taken).contains(bench.data + "/table");
            }
        }
    }

    private static void backUp(Workbench bench, Workbench.Node node, String level) throws Exception {
        BackupRun run =
                node.backups.begin("backup files", null, Overlap.SKIP, Map.of()).orElseThrow();
        run.snapshot(new NoSnapshots(bench.time), List.of(bench.data));
        run.store(
                run.source("files", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level))),
                node.target());
        run.end(null);
    }

    private static List<ObjectFlag> flags(Workbench bench) throws IOException {
        List<ObjectFlag> flags = new ArrayList<>();
        bench.catalog().flags(new BackupId(1), flags::add);
        return flags;
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
