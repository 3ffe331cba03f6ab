package io.saddlebag.camel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.PoolTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolScan;
import io.saddlebag.pool.PoolSettings;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images at any endpoint: sent, compared, read back, restored. */
final class EndpointStoreTest {
    private static final String GET = "shelf:get/{family}/{file}";
    private static final StoreUris SHELF = new StoreUris(
            "shelf:put/{family}/{file}", null, GET, "shelf:delete/{family}/{file}", "shelf:look/{family}/{file}");

    @TempDir
    Path home;

    private Workbench bench;
    private DefaultCamelContext context;
    private final Shelf shelf = new Shelf();

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(Files.createDirectories(home.resolve("bench")));
        context = new DefaultCamelContext();
        context.addComponent("shelf", shelf);
        context.start();
    }

    @AfterEach
    void close() throws Exception {
        context.close();
        bench.close();
    }

    @Test
    @Tag("M24")
    @Tag("C12")
    void an_image_goes_to_a_file_endpoint_and_is_restored_from_it() throws Exception {
        Path share = home.resolve("share");
        Workbench.Node node = node(toFiles(share), null);

        Job job = node.backup(node.poolTarget());

        assertThat(job.cause()).isNull();
        Backup backup = only();
        assertThat(share.resolve(backup.files().get(0).path())).hasSize(backup.imageBytes());
        assertThat(share.resolve(backup.files().get(0).path() + ".json")).exists();
        assertThat(node.restores.verify(backup.id(), null).cause()).isNull();
        Map<String, String> then = Trees.content(bench.data);
        then.remove("lock");
        Files.writeString(bench.data.resolve("table"), "spoilt");
        assertThat(restore(node).cause()).isNull();
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("M24")
    @Tag("C12")
    void an_image_goes_to_a_store_of_objects_in_sections_whose_lengths_are_known() throws Exception {
        Path spool = Files.createDirectories(home.resolve("spool"));
        bench.poolSettings = new PoolSettings("disk", ByteCount.of(4096), 1);
        Workbench.Node node = node(SHELF, spool);

        assertThat(node.backup(node.poolTarget()).cause()).isNull();

        assertThat(only().files()).hasSizeGreaterThan(2);
        assertThat(shelf.objects).hasSize(2 * only().files().size());
        assertThat(node.restores.verify(only().id(), null).state()).isEqualTo(JobState.COMPLETED);
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    @Tag("M29")
    void an_owner_or_a_protection_that_no_store_would_keep_is_refused() throws Exception {
        Workbench.Node node = node(SHELF, null);

        for (FileRights said : List.of(FileRights.parse("root", null), FileRights.parse(null, "W:R"))) {
            assertThat(node.backup(new PoolTarget(node.pool, null, said)).cause())
                    .contains("SBG-Y007")
                    .contains("can't be given an owner and a protection from here");
        }
        assertThat(shelf.objects).isEmpty();
    }

    @Test
    @Tag("M24")
    @Tag("Q15")
    void a_store_that_keeps_something_else_than_it_was_sent_makes_no_backup() throws Exception {
        shelf.keeps = bytes -> {
            byte[] other = bytes.clone();
            other[other.length / 2] ^= 1;
            return other;
        };
        Workbench.Node node = node(SHELF, null);

        Job job = node.backup(node.poolTarget());

        assertThat(job.cause()).contains(PoolFault.NOT_AS_SENT.id()).contains("is not what was sent");
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).isEmpty();
        assertThat(shelf.objects).isEmpty();
    }

    @Test
    @Tag("M24")
    @Tag("Q15")
    void a_store_that_refuses_makes_no_backup_and_says_why() throws Exception {
        shelf.keeps = bytes -> {
            throw new IllegalStateException("quota exceeded");
        };
        Workbench.Node node = node(SHELF, null);

        Job job = node.backup(node.poolTarget());

        assertThat(job.cause()).contains(PoolFault.NOT_AS_SENT.id()).contains("quota exceeded");
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).isEmpty();
    }

    @Test
    @Tag("M24")
    @Tag("Q16")
    void an_object_that_changed_is_gone_or_was_cut_at_the_store_fails_loudly() throws Exception {
        Workbench.Node node = node(SHELF, null);
        node.backup(node.poolTarget());
        String path = only().files().get(0).path();
        byte[] whole = shelf.objects.get(path);

        shelf.objects.put(path, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertThat(node.restores.verify(only().id(), null).state()).isEqualTo(JobState.FAILED);
        byte[] changed = whole.clone();
        changed[whole.length - 1] ^= 1;
        shelf.objects.put(path, changed);
        assertThat(node.restores.verify(only().id(), null).state()).isEqualTo(JobState.FAILED);
        shelf.objects.remove(path);
        assertThat(node.restores.verify(only().id(), null).cause()).contains(PoolFault.MISSING.id());
    }

    @Test
    @Tag("M24")
    @Tag("C1")
    void a_lost_catalog_comes_back_from_objects_that_are_named() throws Exception {
        Workbench.Node node = node(SHELF, null);
        node.backup(node.poolTarget());
        List<String> paths = only().files().stream().map(file -> file.path()).toList();

        bench.loseCatalog();
        Workbench.Node later = node(SHELF, null);
        later.poolImports.importAll(later.pool, PoolScan.of(later.pool, paths).images(), new Silent());

        assertThat(only().files()).extracting(file -> file.path()).isEqualTo(paths);
    }

    @Test
    @Tag("C13")
    void nothing_is_removed_by_a_rule_where_no_endpoint_deletes() throws Exception {
        Workbench.Node node = node(new StoreUris("shelf:put/{family}/{file}", null, GET, null, null), null);
        node.backup(node.poolTarget());
        assertThatThrownBy(() -> node.pruning().plan())
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PoolFault.UNSUPPORTED)).isTrue());
    }

    @Test
    @Tag("C13")
    @Tag("M24")
    void expired_images_go_in_two_runs_by_what_the_catalog_knows() throws Exception {
        Workbench.Node node = expired();

        assertThat(node.pruning().carryOut(note -> {}).steps())
                .extracting(PrunePlan.Step::action)
                .containsExactly(PrunePlan.Action.QUARANTINE);
        assertThat(shelf.objects).hasSize(4);
        assertThat(only().id()).isEqualTo(new BackupId(2));

        assertThat(node.pruning().carryOut(note -> {}).steps())
                .extracting(PrunePlan.Step::action)
                .containsExactly(PrunePlan.Action.REMOVE);
        assertThat(shelf.objects.keySet())
                .containsExactlyInAnyOrder(
                        only().files().get(0).path(), only().files().get(0).path() + ".json");
        assertThat(node.restores.verify(only().id(), null).cause()).isNull();
    }

    @Test
    @Tag("C13")
    @Tag("Q11")
    void what_a_run_that_died_had_begun_to_delete_is_deleted_by_the_next_one() throws Exception {
        Workbench.Node node = expired();
        node.pruning().carryOut(note -> {});
        shelf.refusesToDelete = true;
        assertThatThrownBy(() -> node.pruning().carryOut(note -> {})).hasMessageContaining("was not deleted");
        assertThat(shelf.objects).hasSize(4);
        shelf.refusesToDelete = false;

        node.pruning().carryOut(note -> {});

        assertThat(shelf.objects).hasSize(2);
    }

    @Test
    @Tag("C13")
    @Tag("Q16")
    void an_empty_store_is_no_reason_to_remove_anything() throws Exception {
        Workbench.Node node = expired();
        Map<String, byte[]> kept = Map.copyOf(shelf.objects);
        shelf.objects.clear();

        assertThat(node.pruning().carryOut(note -> {}).of(PrunePlan.Action.QUARANTINE))
                .isEmpty();

        shelf.objects.putAll(kept);
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).hasSize(2);
    }

    /** Two backups, of which the older one has expired. */
    private Workbench.Node expired() throws Exception {
        bench.volumes()
                .defineFamilies(List.of(new MediaFamily(
                        "weekly", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME)));
        Workbench.Node node = node(SHELF, null);
        node.backup(node.poolTarget("weekly"));
        bench.time.pass(Duration.ofDays(22));
        node.backup(node.poolTarget("weekly"));
        return node;
    }

    @Test
    @Tag("M24")
    void endpoints_that_would_make_all_files_one_are_refused() {
        assertThatThrownBy(() -> new StoreUris(
                        "file:/srv/pool?fileName=image", "file:/srv/pool?fileName={file}", null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no {file}");
        assertThatThrownBy(() -> new StoreUris("shelf:put/{file}", null, null, null, null))
                .hasMessageContaining("either 'poll' or 'request'");
    }

    private static StoreUris toFiles(Path share) {
        return new StoreUris(
                "file:" + share + "/{family}?fileName={file}&tempFileName=.part-{file}&forceWrites=true",
                "file:" + share + "/{family}?fileName={file}&noop=true&idempotent=false&readLock=none",
                null,
                null,
                null);
    }

    private Workbench.Node node(StoreUris uris, @Nullable Path spool) {
        bench.poolStore = new EndpointStore(context, uris, bench.files, spool);
        return bench.node();
    }

    private Job restore(Workbench.Node node) throws Exception {
        return node.restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        "orders",
                        null))
                .get(0);
    }

    private Backup only() throws IOException {
        List<Backup> complete = bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(complete).hasSize(1);
        return complete.get(0);
    }

    private record Silent() implements Transcript {
        @Override
        public void line(String text) {}

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
