package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.VolumeId;
import io.saddlebag.pool.PoolScan;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that was gone on with is one like any other: it spans, is rebuilt from its media, and is restored as a whole. */
@Tag("D6")
class ResumedImageTest {
    private static final List<String> CARTRIDGES = List.of("SBG001", "SBG002", "SBG003", "SBG004", "SBG005", "SBG006");

    @TempDir
    Path home;

    private static List<FoundSection> scanAll(Workbench bench) throws IOException {
        List<FoundSection> found = new ArrayList<>();
        for (String barcode : CARTRIDGES) {
            if (!bench.vault.drawing(barcode).isEmpty()) {
                found.addAll(bench.scan(barcode));
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 38, 50, 63, 75, 88, 99})
    @Tag("M6")
    @Tag("Q11")
    void it_spans_volumes_whatever_was_interrupted_on_them(int percent) throws Exception {
        try (RestartBench at = new RestartBench(home, Capacity.ofBytes(160 << 10, 40 << 10), RestartBench.FILES)) {
            RestartBench.Run first = at.dies(RestartBench.ALL_BYTES * percent / 100);

            RestartBench.Run second = at.completes();

            long twice = first.bytesRead.get() + second.bytesRead.get() - RestartBench.ALL_BYTES;
            assertThat(twice).isLessThan(RestartBench.ALL_BYTES * 5 / 100 + RestartBench.FILE_BYTES);
            Backup backup = at.only();
            assertThat(backup.sections().stream().map(StoredSection::volume).distinct())
                    .hasSizeGreaterThan(2);
            at.assertGood(backup);

            at.bench.loseCatalog();
            Workbench.Node other = at.bench.node();
            String said = RestartBench.importAll(other, scanAll(at.bench));
            assertThat(said).contains("was read in");
            at.assertGood(other, at.only());
            assertThat(at.only().objects()).isEqualTo(backup.objects());
            assertThat(at.only().imageBytes()).isEqualTo(backup.imageBytes());
        }
    }

    @Test
    @Tag("M7")
    void its_blocks_may_be_protected() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.target = node ->
                    node.target(TapeOptions.parse(Map.of("format", "new_tape", "crc", "autodin-ii", "groupSize", "3")));
            at.dies(RestartBench.ALL_BYTES / 2);

            assertThat(at.completes().transcript()).contains("goes on from the checkpoint");
            at.assertGood(at.only());
        }
    }

    @Test
    @Tag("C1")
    void an_unfinished_one_is_left_to_its_job_and_is_no_backup() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.dies(RestartBench.ALL_BYTES / 2);
            at.bench.node().recover();
            List<FoundSection> found = scanAll(at.bench);

            assertThat(RestartBench.importAll(at.bench.node(), found))
                    .contains("isn't finished, and is left to the job that goes on with it");
            at.completes();
            at.assertGood(at.only());

            at.bench.loseCatalog();
            assertThat(scanAll(at.bench)).hasSizeGreaterThan(found.size());
            assertThat(RestartBench.importAll(at.bench.node(), found))
                    .as("what there was before the repeat")
                    .contains("is damaged and left out", "the image ends at byte ");
        }
    }

    @Test
    @Tag("M21")
    void another_image_may_come_in_between() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.dies(RestartBench.ALL_BYTES / 2);
            at.bench.node().recover();
            assertThat(at.bench.node().backup().cause()).isNull();

            assertThat(at.completes().transcript()).contains("goes on from the checkpoint");

            Backup backup = at.bench
                    .catalog()
                    .backups(Catalog.Filter.completeOf("tree"))
                    .get(0);
            assertThat(backup.sections())
                    .extracting(StoredSection::volume)
                    .containsOnly(new VolumeId("nightly-000001"));
            at.assertGood(backup);
        }
    }

    @Test
    void what_appeared_before_the_place_is_the_next_backups() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.dies(RestartBench.ALL_BYTES / 2);
            Files.writeString(at.tree.resolve("d0/a-new-one"), "new");
            Files.delete(at.tree.resolve("d5/f59"));
            Files.writeString(at.tree.resolve("d5/z-new-one"), "new, and behind");

            at.completes();

            Map<String, String> restored = Trees.content(at.restore(at.bench.node(), at.only()));
            assertThat(restored)
                    .containsKeys("d0/f00", "d5/z-new-one", "d5/f58")
                    .doesNotContainKeys("d0/a-new-one", "d5/f59");
            at.options = at.at("10");
            Backup next = newest(at);
            assertThat(Trees.content(at.restore(at.bench.node(), next))).isEqualTo(Trees.content(at.tree));
        }
    }

    private static Backup newest(RestartBench at) throws Exception {
        at.completes();
        List<Backup> all = at.bench.catalog().backups(Catalog.Filter.COMPLETE);
        return all.get(all.size() - 1);
    }

    @Test
    @Tag("D3")
    void a_first_name_that_the_image_has_not_is_no_target_of_links() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.dies(RestartBench.ALL_BYTES / 2);
            // by the order of the walk it comes before the place, but it wasn't there
            Files.createLink(at.tree.resolve("d0/a-late-name"), at.tree.resolve("d5/f55"));

            at.completes();

            Path restored = at.restore(at.bench.node(), at.only());
            assertThat(Files.readString(restored.resolve("d5/f55")))
                    .isEqualTo(Files.readString(at.tree.resolve("d5/f55")));
            assertThat(restored.resolve("d0/a-late-name")).doesNotExist();
        }
    }

    @Test
    @Tag("D2")
    void levels_are_gone_on_with_too_and_record_each_deletion_once() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.completes();
            Random random = new Random(3);
            for (int i = 0; i < RestartBench.FILES; i += 2) {
                RestartBench.write(at.tree.resolve("d" + i / 10 + "/f%02d".formatted(i)), random);
            }
            for (int folder = 0; folder < 6; folder++) {
                Files.delete(at.tree.resolve("d" + folder + "/f" + folder + "7"));
            }
            Trees.remove(at.tree.resolve("d2/empty"));
            at.options = at.at("10");
            at.dies(RestartBench.ALL_BYTES / 3);

            RestartBench.Run run = at.completes();

            assertThat(run.transcript()).contains("goes on from the checkpoint");
            List<Backup> all = at.bench.catalog().backups(Catalog.Filter.COMPLETE);
            Backup incremental = all.get(1);
            assertThat(incremental.about().facts()).containsEntry("level", "10");
            assertThat(run.opened).allMatch(name -> Integer.parseInt(name.substring(1)) % 2 == 0);
            at.assertGood(incremental);

            at.bench.loseCatalog();
            Workbench.Node other = at.bench.node();
            RestartBench.importAll(other, scanAll(at.bench));
            List<Backup> rebuilt = at.bench.catalog().backups(Catalog.Filter.COMPLETE);
            assertThat(rebuilt).hasSize(2);
            at.assertGood(other, rebuilt.get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd"})
    @Tag("C6")
    void without_a_catalog_its_files_one_behind_the_other_are_the_image(String compression) throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.target = Workbench.Node::poolTarget;
            at.options = RestartBench.options(Compression.parse(compression));
            at.dies(RestartBench.ALL_BYTES / 2);
            at.completes();

            at.bench.loseCatalog();
            Workbench.Node other = at.bench.node();
            other.poolImports.importAll(other.pool, PoolScan.of(other.pool).images(), new Quiet());

            at.assertGood(other, at.only());
        }
    }

    private static final class Quiet implements Transcript {
        @Override
        public void line(String text) {}

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
