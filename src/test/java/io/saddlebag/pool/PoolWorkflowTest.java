package io.saddlebag.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.PoolFile;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.testing.Program;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole workflows with a pool in the place of a library. */
final class PoolWorkflowTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("M24")
    @Tag("M1")
    void an_image_in_a_pool_is_a_tar_file_with_a_label_beside_it_and_nothing_else() throws Exception {
        Job job = node.backup(node.poolTarget());

        assertThat(job.cause()).isNull();
        Backup backup = only();
        String path = "nightly/" + backup.about().imageId() + ".1.tar";
        assertThat(backup.sections()).isEmpty();
        assertThat(backup.files()).singleElement().satisfies(file -> {
            assertThat(file.path()).isEqualTo(path);
            assertThat(file.bytes()).isEqualTo(Files.size(pool().resolve(path))).isEqualTo(backup.imageBytes());
        });
        assertThat(files()).containsExactlyInAnyOrder(path, path + ".json");
        assertThat(backup.places()).containsExactly("pool:disk/" + path);
        JsonNode label =
                new ObjectMapper().readTree(pool().resolve(path + ".json").toFile());
        assertThat(label.path("image").asText()).isEqualTo(backup.about().imageId());
        assertThat(label.path("name").asText()).isEqualTo("orders");
        assertThat(label.path("bytes").asLong()).isEqualTo(backup.imageBytes());
        Program.need("tar");
        assertThat(Program.run(pool(), "tar", "-tf", path)).contains("base/index");
    }

    @Test
    @Tag("M24")
    @Tag("C12")
    void what_is_restored_from_a_pool_is_what_was_backed_up() throws Exception {
        node.backup(node.poolTarget());
        Map<String, String> then = Trees.content(bench.data);
        then.remove("lock");
        Files.writeString(bench.data.resolve("table"), "spoilt");

        assertThat(node.restores.verify(only().id(), null).state()).isEqualTo(JobState.COMPLETED);
        assertThat(restore().cause()).isNull();
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("M24")
    void backups_on_tape_and_in_a_pool_are_read_from_where_each_of_them_is() throws Exception {
        node.backup();
        node.backup(node.poolTarget());

        for (Backup backup : complete()) {
            assertThat(node.restores.verify(backup.id(), null).cause()).isNull();
        }
        assertThat(complete()).extracting(backup -> backup.files().isEmpty()).containsExactly(true, false);
    }

    @Test
    @Tag("M24")
    @Tag("M1")
    void the_layers_stand_in_the_file_s_name() throws Exception {
        compressed();

        assertThat(only().files())
                .extracting(PoolFile::path)
                .singleElement()
                .asString()
                .endsWith(".1.tar.zst");
        assertThat(node.restores.verify(only().id(), null).cause()).isNull();
    }

    @Test
    @Tag("M24")
    @Tag("C1")
    void a_lost_catalog_comes_back_from_the_files_alone() throws Exception {
        node.backup(node.poolTarget());
        compressed();
        List<Backup> before = complete();

        bench.loseCatalog();
        assertThat(importAll()).hasSize(2);

        assertThat(complete())
                .extracting(Backup::files)
                .containsExactlyElementsOf(before.stream().map(Backup::files).toList());
        assertThat(complete()).extracting(backup -> backup.about().database()).containsOnly("orders");
        assertThat(complete())
                .extracting(Backup::dataBytes)
                .containsExactlyElementsOf(
                        before.stream().map(Backup::dataBytes).toList());
        for (Backup backup : complete()) {
            assertThat(bench.node().restores.verify(backup.id(), null).cause()).isNull();
        }
        assertThat(importAll()).isEmpty();
    }

    @Test
    @Tag("M24")
    @Tag("C1")
    void an_image_without_its_label_is_read_in_all_the_same() throws Exception {
        node.backup(node.poolTarget());
        PoolFile file = only().files().get(0);
        Files.delete(pool().resolve(file.path() + ".json"));

        bench.loseCatalog();
        assertThat(importAll()).hasSize(1);

        assertThat(only().files()).containsExactly(file);
        assertThat(told).anyMatch(line -> line.contains("has no label beside it"));
    }

    @Test
    @Tag("M24")
    void an_image_longer_than_a_section_is_in_several_files_and_none_may_be_missing() throws Exception {
        bench.poolSettings = new PoolSettings("disk", ByteCount.of(4096), 1);
        node = bench.node();
        node.backup(node.poolTarget());

        Backup backup = only();
        assertThat(backup.files()).hasSizeGreaterThan(2).allMatch(file -> file.bytes() <= 4096);
        assertThat(node.restores.verify(backup.id(), null).cause()).isNull();
        bench.loseCatalog();
        node = bench.node();
        Files.delete(pool().resolve(backup.files().get(1).path()));
        assertThat(importAll()).isEmpty();
        assertThat(told).anyMatch(line -> line.contains("its section 2 is missing"));
    }

    @Test
    @Tag("M24")
    @Tag("C1")
    void a_lost_catalog_comes_back_from_images_in_several_files() throws Exception {
        bench.poolSettings = new PoolSettings("disk", ByteCount.of(4096), 1);
        node = bench.node();
        node.backup(node.poolTarget());
        List<PoolFile> files = only().files();

        bench.loseCatalog();
        node = bench.node();
        assertThat(importAll()).hasSize(1);

        assertThat(only().files()).isEqualTo(files);
    }

    @Test
    @Tag("M24")
    @Tag("Q16")
    void every_changed_byte_is_found_when_it_is_read() throws Exception {
        compressed();
        Backup backup = only();
        Path file = pool().resolve(backup.files().get(0).path());
        byte[] whole = Files.readAllBytes(file);
        long seed = 24;
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            byte[] spoilt = whole.clone();
            int at = i < 8 ? i : i < 16 ? whole.length - 1 - (i - 8) : random.nextInt(whole.length);
            spoilt[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, spoilt);

            Job job = node.restores.verify(backup.id(), null);

            assertThat(job.state())
                    .as("byte %d of %d, seed %d", at, whole.length, seed)
                    .isEqualTo(JobState.FAILED);
        }
    }

    @Test
    @Tag("M24")
    @Tag("Q16")
    void a_cut_a_swapped_and_a_missing_file_are_told_apart_before_anything_is_restored() throws Exception {
        node.backup(node.poolTarget());
        Files.writeString(bench.data.resolve("table"), "row 1\nrow 2\nand more of them\n");
        node.backup(node.poolTarget());
        Path first = pool().resolve(complete().get(0).files().get(0).path());
        Path second = pool().resolve(complete().get(1).files().get(0).path());
        byte[] whole = Files.readAllBytes(first);
        Map<String, String> before = Trees.content(bench.data);

        Files.write(first, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertRefused(PoolFault.DAMAGED, "has " + (whole.length - 1) + " bytes, and " + whole.length + " were written");
        Files.write(first, whole);
        Files.move(first, home.resolve("aside"));
        assertRefused(PoolFault.MISSING, "there is no file nightly/");
        Files.copy(second, first);
        assertThat(restoreFirst().state()).isEqualTo(JobState.FAILED);
        assertThat(Trees.content(bench.data)).isEqualTo(before);
        Files.delete(first);
        Files.move(home.resolve("aside"), first);
        assertThat(restoreFirst().cause()).isNull();
    }

    @Test
    @Tag("M24")
    @Tag("Q16")
    void a_file_that_holds_another_image_than_its_name_says_is_not_read_in() throws Exception {
        node.backup(node.poolTarget());
        node.backup(node.poolTarget());
        Path first = pool().resolve(complete().get(0).files().get(0).path());
        Path second = pool().resolve(complete().get(1).files().get(0).path());
        Files.copy(second, first, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        bench.loseCatalog();
        assertThat(importAll()).hasSize(1);

        assertThat(told).anyMatch(line -> line.contains("is left out: file nightly/") && line.contains("holds image"));
    }

    @Test
    @Tag("M24")
    void a_label_that_says_other_things_than_the_image_is_reported() throws Exception {
        node.backup(node.poolTarget());
        Path label = pool().resolve(only().files().get(0).path() + ".json");
        Files.writeString(label, Files.readString(label).replace("\"orders\"", "\"ledger\""));

        Job job = node.restores.verify(only().id(), null);

        assertThat(job.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        bench.loseCatalog();
        assertThat(importAll()).hasSize(1);
        assertThat(told).anyMatch(line -> line.contains("has name ledger, and the image beside it says orders"));
        assertThat(only().about().name()).isEqualTo("orders");
    }

    @Test
    @Tag("M24")
    @Tag("M21")
    void an_image_expires_when_its_family_says() throws Exception {
        bench.volumes()
                .defineFamilies(List.of(new io.saddlebag.media.MediaFamily(
                        "weekly",
                        java.time.Duration.ofDays(7),
                        java.time.Duration.ofDays(14),
                        io.saddlebag.media.MediaFamily.Expiration.TIME)));
        node.backup(node.poolTarget("weekly"));
        PoolFile file = only().files().get(0);
        PoolLabel label = node.pool.label(file.path()).orElseThrow();
        assertThat(file.expires())
                .isEqualTo(label.expires())
                .isEqualTo(label.created().plus(java.time.Duration.ofDays(21)));
    }

    private final List<String> told = new ArrayList<>();

    private List<Backup> importAll() throws Exception {
        Workbench.Node importing = bench.node();
        return importing.poolImports.importAll(
                importing.pool, PoolScan.of(importing.pool).images(), new Told(told));
    }

    private void assertRefused(PoolFault fault, String what) throws Exception {
        Job job = restoreFirst();
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(fault.id()).contains(what);
    }

    private Job restoreFirst() throws Exception {
        return node.restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.ById(complete().get(0).id())),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        "orders",
                        null))
                .get(0);
    }

    private Job restore() throws Exception {
        return restoreFirst();
    }

    private void compressed() throws Exception {
        Optional<Job> job = new io.saddlebag.backup.OfflineBackup(node.backups)
                .run(new io.saddlebag.backup.OfflineBackup.Order(
                        "orders",
                        null,
                        Overlap.SKIP,
                        node.orders(),
                        node.stop(),
                        paths -> node.snapshots(),
                        new SourceOptions(Compression.ZSTD),
                        node.poolTarget()));
        assertThat(job.orElseThrow().cause()).isNull();
    }

    private Path pool() {
        return home.resolve("pool");
    }

    /** All that is published. */
    private List<String> files() throws IOException {
        return node.pool.files().list();
    }

    private List<Backup> complete() throws IOException {
        return bench.catalog().backups(Catalog.Filter.COMPLETE);
    }

    private Backup only() throws IOException {
        assertThat(complete()).hasSize(1);
        return complete().get(0);
    }
}
