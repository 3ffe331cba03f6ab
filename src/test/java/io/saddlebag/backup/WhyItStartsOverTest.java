package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.host.Instances;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Content;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.pool.FolderStore;
import io.saddlebag.pool.PoolStore;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kinds of images that are never gone on with, as docs/restart.md lists them: no checkpoint is made, and the repeat says why. Disks that are
 * read themselves are in {@code DiskRestartTest}, views that die with their process in {@link StartsOverTest}.
 */
@Tag("D6")
class WhyItStartsOverTest {
    private static final long LATE = RestartBench.ALL_BYTES * 3 / 4;
    private static final String A_DATABASE =
            "a database was stopped, or put in backup mode, anew, and its newer view is taken";

    @TempDir
    Path home;

    private final AtomicInteger images = new AtomicInteger();

    private static void requireWholeAnew(RestartBench at, RestartBench.Run unfinished, String why) throws Exception {
        assertThat(unfinished.transcript()).doesNotContain("checkpoint at", "a repeat goes on");
        assertThat(Files.exists(at.bench.home.resolve("checkpoints"))).isFalse();

        RestartBench.Run run = at.completes();

        assertThat(run.transcript())
                .containsOnlyOnce("backup 1 of tree was not finished, and this one starts over: " + why);
        assertThat(run.transcript()).doesNotContain("goes on from", "checkpoint at");
        assertThat(run.bytesRead.get()).isEqualTo(at.allBytes());
        at.assertGood(at.only());
    }

    @Test
    @Tag("M28")
    void to_several_drives() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.target = node -> node.target(TapeOptions.parse(Map.of("drives", "2")));
            at.driveFails();

            requireWholeAnew(at, at.fails(LATE), "several drives write at once");
        }
    }

    @ParameterizedTest
    @CsvSource({"label, TAPE01, it has a list of labels", "rewind, true, its volumes are written from their beginning"})
    void to_a_library_in_such_a_way(String option, String value, String why) throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            at.target = node -> node.target(TapeOptions.parse(Map.of("format", "new_tape", option, value)));

            requireWholeAnew(at, at.dies(LATE), why);
        }
    }

    @Test
    @Tag("M24")
    void to_a_pool_whose_files_nobody_can_list() throws Exception {
        try (RestartBench at = new RestartBench(home)) {
            PoolStore folder =
                    new FolderStore(at.bench.files, home.resolve("pool"), "disk", ByteCount.ZERO, any -> ALL_LIVE);
            at.bench.poolStore = (PoolStore) Proxy.newProxyInstance(
                    PoolStore.class.getClassLoader(), new Class<?>[] {PoolStore.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("canList")) {
                            return false;
                        }
                        try {
                            return method.invoke(folder, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            at.target = Workbench.Node::poolTarget;

            requireWholeAnew(at, at.dies(LATE), "files of a pool at endpoints can't be taken back");
        }
    }

    private static final Instances ALL_LIVE = new Instances() {
        @Override
        public String self() {
            return "this one";
        }

        @Override
        public boolean alive(String instance) {
            return true;
        }
    };

    /** The n-th image that is written on the bench fails. */
    private void failsAt(Workbench bench, int image) {
        images.set(0);
        bench.beforeImage = () -> {
            if (images.incrementAndGet() == image) {
                throw new IOException("injected");
            }
        };
    }

    private static void requireSaid(Workbench bench, Job failed, Job repeat, String of, String why) throws IOException {
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(repeat.state()).as(repeat.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.transcripts.lines(repeat.name()).collect(Collectors.joining("\n")))
                .containsOnlyOnce(of + " was not finished, and this one starts over: " + why);
        assertThat(Files.exists(bench.home.resolve("checkpoints"))).isFalse();
        assertThat(bench.catalog().backups(Catalog.Filter.ALL))
                .extracting(Backup::state)
                .doesNotContain(Backup.State.WRITING);
    }

    @Test
    @Tag("W4")
    void of_a_database_that_was_stopped() throws Exception {
        try (Workbench bench = new Workbench(home)) {
            failsAt(bench, 1);
            Job failed = bench.node().backup();

            requireSaid(bench, failed, bench.node().backup(), "backup 1 of orders", A_DATABASE);
        }
    }

    @Test
    @Tag("W6")
    void of_a_database_in_backup_mode() throws Exception {
        try (Workbench bench = new Workbench(home)) {
            failsAt(bench, 1);
            Job failed = bench.node().backupOnline();

            requireSaid(bench, failed, bench.node().backupOnline(), "backup 1 of orders", A_DATABASE);
        }
    }

    @Test
    @Tag("W23")
    void of_the_members_of_a_group() throws Exception {
        try (Workbench bench = new Workbench(home)) {
            Path documents = Files.createDirectories(home.resolve("documents"));
            Files.writeString(documents.resolve("letter"), "Dear Sir");
            failsAt(bench, 2);
            Job failed = groupOf(bench, documents);

            Job repeat = groupOf(bench, documents);

            requireSaid(
                    bench,
                    failed,
                    repeat,
                    "backup 2 of documents",
                    "all members of a consistency group are of one instant");
        }
    }

    private static Job groupOf(Workbench bench, Path documents) throws Exception {
        Workbench.Node node = bench.node();
        return new GroupBackup(node.backups)
                .run(new GroupBackup.Order(
                        new ConsistencyGroup(
                                "shopfront",
                                List.of("orders"),
                                Set.of("orders"),
                                Map.of("documents", List.of(documents))),
                        null,
                        Overlap.SKIP,
                        List.of(new GroupBackup.Quiesced(node.orders(), node.stop(), null)),
                        (paths, least) -> node.snapshots(),
                        new SourceOptions(Compression.NONE),
                        node.target()))
                .orElseThrow();
    }

    @Test
    @Tag("M26")
    void of_what_is_handed_over_once() throws Exception {
        try (Workbench bench = new Workbench(home)) {
            failsAt(bench, 1);
            Job failed = handedOver(bench);

            requireSaid(
                    bench, failed, handedOver(bench), "backup 1 of given", "its source is not read again as it was");
        }
    }

    private static Job handedOver(Workbench bench) throws Exception {
        Workbench.Node node = bench.node();
        BackupRun run =
                node.backups.begin("given", null, Overlap.SKIP, Map.of()).orElseThrow();
        Iterator<ImageMember> members = List.of(ImageMember.file(
                        ByteString.of("given"),
                        MemberAttributes.of(0600, Owner.ROOT, MemberTimes.modified(bench.time.instant())),
                        5,
                        Content.of("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .iterator();
        Throwable failure = null;
        try {
            run.store(
                    run.supplied(new SuppliedImage(
                            run.name() + "-image",
                            "given",
                            null,
                            bench.time.instant(),
                            Map.of(),
                            Compression.NONE,
                            Encryption.NONE,
                            () -> () -> members.hasNext() ? members.next() : null)),
                    node.target());
        } catch (IOException e) {
            failure = e;
        }
        return run.end(failure);
    }
}
