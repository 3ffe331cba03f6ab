package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.restore.RestoreRequest.Powers;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where objects go, and what becomes of what is there. Of the workbench's database: data with table and base/index, journal. */
@Tag("C7")
final class RestorePlacesTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;
    private Path target;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
        target = Files.createDirectories(home.resolve("target"));
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private RestoreRequest request(Path to, Existing existing, String... mappings) {
        return new RestoreRequest(
                List.of(new BackupSelector.ById(new BackupId(1))),
                List.of(),
                to,
                existing,
                null,
                null,
                Prompt.OPERATOR,
                Stream.of(mappings).map(PathMapping::parse).toList(),
                Powers.AS_BACKED_UP);
    }

    private Job restored(RestoreRequest request) throws Exception {
        Job job = node.restores.restore(request).get(0);
        assertThat(job.state()).as(String.valueOf(job.cause())).isNotEqualTo(JobState.FAILED);
        return job;
    }

    @Test
    void the_longest_mapping_that_fits_wins_and_the_rest_goes_to_the_target() throws Exception {
        Path a = home.resolve("moved/a");
        Path b = home.resolve("moved/b");
        restored(request(target, Existing.REPLACE, bench.data + "=" + a, bench.data + "/base=" + b));
        assertThat(Trees.content(a)).containsOnlyKeys("/", "table");
        assertThat(Trees.content(b)).containsOnlyKeys("/", "index");
        Path journal = target.resolve(bench.journal.toString().substring(1));
        assertThat(journal.resolve("log")).hasContent("begin; commit\n");
        assertThat(target.resolve(bench.data.toString().substring(1))).doesNotExist();
    }

    @Test
    void what_is_not_mapped_goes_to_its_old_place() throws Exception {
        Files.writeString(bench.journal.resolve("log"), "changed");
        Files.writeString(bench.data.resolve("table"), "changed");
        restored(request(null, Existing.REPLACE, bench.data + "=" + target));
        assertThat(bench.journal.resolve("log")).hasContent("begin; commit\n");
        assertThat(bench.data.resolve("table")).hasContent("changed");
        assertThat(target.resolve("table")).hasContent("row 1\n");
    }

    @Test
    void mappings_that_cannot_be_meant_are_refused_before_anything() {
        assertThatThrownBy(() -> node.restores.plan(request(null, Existing.REPLACE, "/no/such=/elsewhere")))
                .hasMessageContaining("/no/such=/elsewhere fits nothing");
        assertThatThrownBy(() -> request(null, Existing.REPLACE, "/a=/b", "/a=/c"))
                .hasMessageContaining("two places");
        assertThatThrownBy(() -> PathMapping.parse("/a")).hasMessageContaining("such as /srv/a=/restore/b");
        assertThatThrownBy(() -> PathMapping.parse("a=/b")).hasMessageContaining("not an absolute path");
        assertThatThrownBy(() -> PathMapping.parse("/a/..=/b")).hasMessageContaining("not an absolute path");
        assertThat(PathMapping.parse("/a=b=/c")).isEqualTo(new PathMapping(Path.of("/a=b"), Path.of("/c")));
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void other_objects_stay_and_a_dry_run_tells_what_would_happen(Existing existing) throws Exception {
        Files.writeString(target.resolve("table"), "mine");
        Files.setLastModifiedTime(target.resolve("table"), java.nio.file.attribute.FileTime.fromMillis(0));
        Files.writeString(target.resolve("other"), "mine");
        RestoreRequest request = request(home.resolve("rest"), existing, bench.data + "=" + target);

        RestorePreview preview = node.restores.preview(request);
        Map<String, String> before = Trees.content(target);
        RestorePreview.Effects effects = preview.effects().get(0);
        assertThat(effects.merged()).isEqualTo(1);
        String effect = switch (existing) {
            case REPLACE, KEEP_NEWER -> "replaced";
            case KEEP -> "kept";
            case RENAME -> "renamed";
        };
        assertThat(effects.shown())
                .containsExactly(
                        new RestorePreview.Place(effect, target.resolve("table").toString()));
        assertThat(Trees.content(target)).isEqualTo(before);
        assertThat(home.resolve("rest")).doesNotExist();

        restored(request);
        assertThat(target.resolve("other")).hasContent("mine");
        assertThat(target.resolve("base/index")).hasContent("1");
        assertThat(target.resolve("table")).hasContent(effect.equals("replaced") ? "row 1\n" : "mine");
        if (existing == Existing.RENAME) {
            assertThat(target.resolve("table.backup-1")).hasContent("row 1\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void a_file_in_a_folders_place_and_the_reverse(Existing existing) throws Exception {
        Files.createDirectories(target.resolve("table"));
        Files.writeString(target.resolve("base"), "a file");
        Files.setLastModifiedTime(target.resolve("base"), java.nio.file.attribute.FileTime.fromMillis(0));
        Files.setLastModifiedTime(target.resolve("table"), java.nio.file.attribute.FileTime.fromMillis(0));

        Job job = restored(request(home.resolve("rest"), existing, bench.data + "=" + target));

        switch (existing) {
            case REPLACE, KEEP_NEWER -> {
                assertThat(target.resolve("table")).hasContent("row 1\n");
                assertThat(target.resolve("base/index")).hasContent("1");
            }
            case KEEP -> {
                assertThat(target.resolve("table")).isEmptyDirectory();
                assertThat(target.resolve("base")).hasContent("a file");
                assertThat(job.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
            }
            case RENAME -> {
                assertThat(target.resolve("table")).isEmptyDirectory();
                assertThat(target.resolve("base")).hasContent("a file");
                assertThat(target.resolve("table.backup-1")).hasContent("row 1\n");
                assertThat(target.resolve("base.backup-1/index")).hasContent("1");
            }
        }
        try (Stream<Path> there = Files.list(target)) {
            assertThat(there).noneMatch(path -> path.getFileName().toString().startsWith(".saddlebag-part"));
        }
    }

    @Test
    void a_folder_with_something_in_it_gives_way_to_no_file() throws Exception {
        Files.createDirectories(target.resolve("table/full"));
        Job job = node.restores
                .restore(request(home.resolve("rest"), Existing.REPLACE, bench.data + "=" + target))
                .get(0);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(RestoreFault.IN_THE_WAY.id());
        assertThat(target.resolve("table/full")).isDirectory();
        assertThat(node.restores
                        .preview(request(home.resolve("rest"), Existing.REPLACE, bench.data + "=" + target))
                        .effects()
                        .get(0)
                        .refused())
                .isEqualTo(1);
    }
}
