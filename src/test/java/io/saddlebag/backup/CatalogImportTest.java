package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.Volume;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogImportTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;
    private final List<String> told = new ArrayList<>();

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
    @Tag("C1")
    void a_lost_catalog_comes_back_from_the_cartridges_and_restores_from_it_are_the_same() throws Exception {
        node.backup();
        Files.writeString(bench.data.resolve("table"), "row 1\nrow 2\n");
        node.backup();
        Map<String, String> then = Trees.content(bench.data);
        then.remove("lock");
        List<ObjectEntry> objects = objects(2);
        Backup last = backups().get(1);

        bench.loseCatalog();
        assertThat(importAll()).hasSize(2);

        Backup found = backups().get(1);
        assertThat(found.about().name()).isEqualTo("orders");
        assertThat(found.about().database()).isEqualTo("orders");
        assertThat(found.about().imageId()).isEqualTo(last.about().imageId());
        assertThat(found.sections()).isEqualTo(last.sections());
        assertThat(objects(2)).isEqualTo(objects);
        Files.writeString(bench.data.resolve("table"), "spoilt");
        Job job = bench.node()
                .restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        "orders",
                        null))
                .get(0);
        assertThat(job.cause()).isNull();
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("C1")
    void importing_twice_is_importing_once() throws Exception {
        node.backup();
        bench.loseCatalog();
        assertThat(importAll()).hasSize(1);
        assertThat(importAll()).isEmpty();
        assertThat(backups()).hasSize(1);
    }

    @Test
    @Tag("C1")
    void one_damaged_image_is_left_out_and_the_others_are_read_in() throws Exception {
        node.backup();
        long block = firstDataBlock();
        node.backup();
        bench.loseCatalog();
        List<FoundSection> found = bench.scan("SBG001");
        bench.vault.cartridge("SBG001").damage(new BlockAddress(block));
        assertThat(importing(found)).hasSize(1);
        assertThat(told).anyMatch(line -> line.contains("is damaged and left out"));
    }

    @Test
    @Tag("C1")
    @Tag("Q11")
    void a_full_disk_at_the_commit_acknowledges_nothing_and_an_import_makes_both_known() throws Exception {
        AtomicInteger failing = new AtomicInteger(1);
        bench.catalogWrap = catalog -> fullDisk(Catalog.class, catalog, failing);
        Job first = bench.node().backup();
        assertThat(first.state()).isEqualTo(JobState.FAILED);
        assertThat(first.cause()).contains(CatalogFault.OUT_OF_SPACE.id());
        assertThat(bench.backupState()).isEqualTo("abandoned");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.snapshots.left()).isEmpty();

        Job second = bench.node().backup();
        assertThat(second.state()).isIn(JobState.COMPLETED, JobState.COMPLETED_WITH_WARNINGS);
        importAll();
        assertThat(backups()).hasSize(2);
        assertThat(backups())
                .extracting(backup -> backup.about().job())
                .contains(first.name().value());
        assertThat(bench.log().owed()).extracting(owed -> owed.kind()).doesNotContain(CatalogImport.IMPORT_VOLUME);
        for (Backup backup : backups()) {
            assertThat(bench.node().restores.verify(backup.id(), null).cause()).isNull();
        }
        bench.node().recover();
        assertThat(backups()).hasSize(2);
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("C1")
    @Tag("Q11")
    void an_image_on_several_volumes_is_read_in_at_the_next_start_too() throws Exception {
        try (Workbench small = ofSmallCartridges()) {
            failAtCommit(small);

            small.node().recover();

            assertThat(small.catalog().backups(Catalog.Filter.COMPLETE))
                    .singleElement()
                    .satisfies(backup -> assertThat(backup.sections()).hasSizeGreaterThan(1));
            assertThat(small.log().owed()).isEmpty();
        }
    }

    @Test
    @Tag("C1")
    @Tag("Q11")
    void an_image_whose_last_volume_is_found_by_the_next_backup_is_read_in_with_the_volumes_before() throws Exception {
        try (Workbench small = ofSmallCartridges()) {
            failAtCommit(small);
            Volume last = small.volumes().volumes().stream()
                    .filter(volume -> volume.state() == Volume.State.APPENDABLE)
                    .findFirst()
                    .orElseThrow();
            // its process died before the register had the last section
            BlockAddress end = small.scan(Objects.requireNonNull(last.barcode()).value())
                    .get(0)
                    .labelAt();
            small.volumes().record(withoutFiles(last, end));

            assertThat(small.node().backup().state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);

            assertThat(small.catalog().backups(Catalog.Filter.COMPLETE)).hasSize(2);
        }
    }

    private Workbench ofSmallCartridges() throws IOException {
        Workbench small = new Workbench(
                Files.createDirectories(home.resolve("small")),
                Capacity.ofBlocks(60, 40),
                "SBG001",
                "SBG002",
                "SBG003",
                "SBG004",
                "SBG005",
                "SBG006");
        byte[] big = new byte[300_000];
        new Random(1).nextBytes(big);
        Files.write(small.data.resolve("big"), big);
        return small;
    }

    private static void failAtCommit(Workbench bench) throws Exception {
        AtomicInteger failing = new AtomicInteger(1);
        bench.catalogWrap = catalog -> fullDisk(Catalog.class, catalog, failing);
        assertThat(bench.node().backup().state()).isEqualTo(JobState.FAILED);
    }

    private static Volume withoutFiles(Volume v, BlockAddress end) {
        return new Volume(
                v.id(),
                v.barcode(),
                v.family(),
                v.set(),
                v.sequence(),
                v.owner(),
                v.protection(),
                v.host(),
                v.created(),
                v.writeWindowEnds(),
                v.expires(),
                0,
                end,
                v.state());
    }

    @Test
    @Tag("Q11")
    void a_target_without_space_acknowledges_nothing_and_the_repeat_is_whole() throws Exception {
        bench.beforeImage = () -> {
            throw Workbench.failure(VolumeFault.NO_VOLUME, "all volumes are full");
        };
        Job failed = node.backup();
        assertThat(failed.cause()).contains("all volumes are full");
        assertThat(backups()).isEmpty();
        bench.beforeImage = () -> {};
        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
    }

    private long firstDataBlock() throws IOException {
        return bench.vault.cartridge("SBG001").objects() / 2;
    }

    private List<Backup> importAll() throws Exception {
        return importing(bench.scan("SBG001"));
    }

    private List<Backup> importing(List<FoundSection> found) throws Exception {
        try (Transcript transcript = new Told(bench.transcripts.open(new JobName("1")))) {
            return bench.node().imports.importAll("vault", found, transcript);
        }
    }

    private List<Backup> backups() throws IOException {
        return bench.catalog().backups(Catalog.Filter.COMPLETE);
    }

    private List<ObjectEntry> objects(int number) throws IOException {
        List<ObjectEntry> objects = new ArrayList<>();
        bench.catalog().objects(backups().get(number - 1).id(), "", objects::add);
        return objects;
    }

    /** The next commits of a backup find no space. */
    private static <T> T fullDisk(Class<T> type, T inner, AtomicInteger failing) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals("complete") && failing.getAndDecrement() > 0) {
                throw Workbench.failure(CatalogFault.OUT_OF_SPACE, "the disk of the catalog is full");
            }
            try {
                Object result = method.invoke(inner, args);
                return result instanceof Catalog.Writing writing
                        ? fullDisk(Catalog.Writing.class, writing, failing)
                        : result;
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }));
    }

    private final class Told implements Transcript {
        private final Transcript inner;

        Told(Transcript inner) {
            this.inner = inner;
        }

        @Override
        public void line(String text) throws IOException {
            told.add(text);
            inner.line(text);
        }

        @Override
        public void sync() throws IOException {
            inner.sync();
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }
}
