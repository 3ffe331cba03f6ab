package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.host.MountTable;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.image.Compression;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the file systems that are mounted below a path a dataset takes, each as a root of its own. */
@Tag("D1")
class MountPointsTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "include path TREE | /",
                "cross local mountpoints; include path TREE | /, /disk",
                "cross remote mountpoints; include path TREE | /, /share, /share/windows",
                "cross remote mountpoints; cross local mountpoints; include path TREE | /, /disk, /share, /share/windows",
                "cross remote mountpoints; include path TREE { exclude path TREE/share } | /",
                "cross remote mountpoints; include path TREE { exclude name windows } | /, /share",
                "cross remote mountpoints; include path TREE/share | /share, /share/windows",
                "include path TREE { cross remote mountpoints } | /, /share, /share/windows"
            })
    void those_of_the_kinds_that_it_crosses_and_does_not_leave_out(String dataset, String roots) throws Exception {
        Path tree = home.resolve("tree");
        for (String folder : List.of("disk", "share/windows", "kernel")) {
            Files.createDirectories(tree.resolve(folder));
        }
        List<MountTable.Mounted> mounts = List.of(
                new MountTable.Mounted(Path.of("/"), "ext4"),
                new MountTable.Mounted(tree.resolve("disk"), "xfs"),
                new MountTable.Mounted(tree.resolve("share"), "nfs4"),
                new MountTable.Mounted(tree.resolve("share/windows"), "cifs"),
                new MountTable.Mounted(tree.resolve("kernel"), "proc"));
        String text = dataset.replace("; ", "\n").replace("TREE", tree.toString());

        try (Workbench bench = new Workbench(home.resolve("bench-" + home.getFileName()))) {
            Workbench.Node node = bench.node();
            NoSnapshots none = new NoSnapshots(bench.time);
            assertThat(new DatasetBackup(
                                    node.backups,
                                    new DatasetBackup.Parts(
                                            new Datasets(new OneText(text)),
                                            new LocalProcesses(),
                                            () -> mounts,
                                            "testhost",
                                            List.of(),
                                            null,
                                            List.of(),
                                            SourceReaders.own(bench.files),
                                            none))
                            .run(new DatasetBackup.Order(
                                    "tree",
                                    null,
                                    Overlap.SKIP,
                                    paths -> none,
                                    new SourceOptions(Compression.NONE),
                                    node.target()))
                            .orElseThrow()
                            .state())
                    .isEqualTo(JobState.COMPLETED);

            Backup backup = bench.catalog().backups(Catalog.Filter.COMPLETE).get(0);
            assertThat(backup.about().facts().getOrDefault("roots", "").lines())
                    .extracting(root -> root.equals(tree.toString())
                            ? "/"
                            : root.substring(tree.toString().length()))
                    .containsExactlyInAnyOrder(roots.split(", "));
        }
    }

    private record OneText(String text) implements Datasets.Files {
        @Override
        public List<String> names() {
            return List.of("tree");
        }

        @Override
        public Map<String, String> texts(String name) {
            return Map.of("tree", text + "\n");
        }
    }
}
