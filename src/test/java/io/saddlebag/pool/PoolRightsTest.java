package io.saddlebag.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.backup.ImageCopying;
import io.saddlebag.backup.PoolTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.host.local.LocalAccounts;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.protection.FileRights;
import io.saddlebag.protection.Requester;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose the files of a pool are, and who may do what with them. */
@Tag("M29")
final class PoolRightsTest {
    private static final Before NOTHING = (deed, arguments) -> {};
    private static final After UNCHANGED = (deed, arguments, result) -> result;

    @TempDir
    Path home;

    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private static void assumeRoot() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root gives files away");
    }

    private Job backUp(String owner, String protection) throws Exception {
        return backUp(FileRights.parse(owner, protection));
    }

    private Job backUp(FileRights rights) throws Exception {
        Workbench.Node node = bench.node();
        return node.backup(new PoolTarget(node.pool, null, rights));
    }

    @Test
    void where_nothing_is_said_a_file_is_its_writers_who_reads_it_and_everybody_may_restore_it() throws Exception {
        assertThat(backUp(FileRights.NONE).cause()).isNull();

        assertThat(published())
                .hasSize(2)
                .allSatisfy(file -> assertThat(mode(file)).isEqualTo(0500));
        assertThat(only().about().facts()).doesNotContainKeys("owner", "writer", "protection");
        assertThat(Files.readString(label())).doesNotContain("protection");
        assertThat(restore("mallory").cause()).isNull();
    }

    @Test
    void every_file_of_an_image_and_every_label_has_the_mode_that_the_protection_is() throws Exception {
        bench.poolSettings = new PoolSettings("disk", ByteCount.of(4096), 1);
        assertThat(backUp(null, "(O:RW,G:R,W)").cause()).isNull();

        assertThat(published())
                .hasSizeGreaterThan(2)
                .allSatisfy(file -> assertThat(mode(file)).isEqualTo(0640));
        assertThat(Files.readString(label())).contains("\"protection\" : \"S:RWED,O:RW,G:R,W\"");
        assertThat(only().about().facts())
                .containsEntry("writer", "tester")
                .containsEntry("protection", "S:RWED,O:RW,G:R,W");
    }

    @Test
    void the_pools_configuration_says_what_a_backup_does_not() throws Exception {
        bench.poolSettings = new PoolSettings("disk", null, 1, FileRights.parse(null, "G:R"));
        Workbench.Node node = bench.node();
        assertThat(node.backup(node.poolTarget()).cause()).isNull();
        assertThat(published()).allSatisfy(file -> assertThat(mode(file)).isEqualTo(0540));
    }

    @Test
    void files_are_given_to_their_owner_whose_way_to_them_is_open() throws Exception {
        assumeRoot();
        assertThat(backUp("[daemon,nobody]", "G:R").cause()).isNull();

        int nobody =
                new LocalAccounts(new LinuxPosix()).user("nobody").orElseThrow().uid();
        int daemons = new LocalAccounts(new LinuxPosix()).group("daemon").orElseThrow();
        assertThat(published()).hasSize(2).allSatisfy(file -> {
            assertThat(mode(file)).isEqualTo(0540);
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(nobody);
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(daemons);
        });
        assertThat(mode(published().get(0).getParent())).isEqualTo(0711);
        assertThat(mode(home.resolve("pool"))).as("the administrator's").isEqualTo(0700);
        assertThat(bench.node().restores.verify(only().id(), null).cause()).isNull();
    }

    /** What others could see of each file before it has its name. */
    @Test
    void nobody_else_gets_to_a_file_before_it_has_its_owner_and_mode() throws Exception {
        List<String> seen = new ArrayList<>();
        bench.poolFiles = files -> watched(files, (deed, file, target) -> {
            if (target.getFileName().toString().contains("image-")) {
                assertThat(mode(file.getParent())).as(deed).isEqualTo(0700);
                assertThat(mode(file)).as(deed).isEqualTo(deed.equals("publish") ? 0644 : 0600);
                seen.add(deed);
            }
        });

        assertThat(backUp(null, "O:RW,G:R,W:R").cause()).isNull();

        assertThat(seen).containsExactly("channel", "setMode", "publish", "channel", "setMode", "publish");
        assertThat(published()).allSatisfy(file -> assertThat(mode(file)).isEqualTo(0644));
    }

    @Test
    void those_who_may_not_read_restore_nothing() throws Exception {
        assertThat(backUp(null, "O:R").cause()).isNull();
        Files.writeString(bench.data.resolve("table"), "changed since");
        Map<String, String> then = Trees.content(bench.data);

        for (Job refused : List.of(restore("mallory"), bench.node().restores.verify(only().id(), "mallory"))) {
            assertThat(refused.state()).isEqualTo(JobState.FAILED);
            assertThat(refused.cause())
                    .contains(
                            "SBG-Y010 backup 1 of orders belongs to tester with protection S:RWED,O:R,G,W, and mallory may"
                                    + " not read it");
        }
        assertThat(Trees.content(bench.data)).isEqualTo(then);

        assertThat(bench.node().restores.verify(only().id(), "root").cause()).isNull();
        assertThat(bench.node().restores.verify(only().id(), null).cause()).isNull();
        assertThat(restore("tester").cause()).isNull();
        assertThat(Files.readString(bench.data.resolve("table"))).isEqualTo("row 1\n");
    }

    @Test
    @Tag("C1")
    void a_catalog_that_was_lost_comes_back_with_what_was_said() throws Exception {
        assertThat(backUp(null, "O:R").cause()).isNull();
        for (Path file : published()) {
            if (file.toString().endsWith(".json")) {
                Files.delete(file); // the image says it itself
            }
        }
        bench.loseCatalog();
        Workbench.Node node = bench.node();
        node.poolImports.importAll(node.pool, PoolScan.of(node.pool).images(), new Told(new ArrayList<>()));

        assertThat(restore("mallory").cause()).contains("SBG-Y010");
        assertThat(restore("tester").state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
    }

    @Test
    @Tag("R5")
    void a_copy_is_as_protected_as_its_original() throws Exception {
        assertThat(backUp(null, "O:R,W:E").cause()).isNull();
        Workbench.Node node = bench.node();
        JobRun job = node.jobs
                .begin(new JobRequest("copy 1", JobKind.MEDIA, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
        new ImageCopying(bench.catalog(), bench.copies(), (backup, of) -> node.pool.read(backup.files()))
                .copy(only().id(), node.shelf, job);
        job.end();

        assertThat(published("shelf"))
                .hasSize(2)
                .allSatisfy(file -> assertThat(mode(file)).isEqualTo(0401));
        for (Path file : published()) {
            Files.delete(file);
        }
        assertThat(restore("mallory").cause()).contains("mallory may not read it");
        assertThat(restore("tester").state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
    }

    @Test
    @Tag("C13")
    void those_who_may_not_delete_let_nothing_go() throws Exception {
        bench.volumes()
                .defineFamilies(List.of(new MediaFamily(
                        "weekly", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME)));
        for (int i = 0; i < 2; i++) {
            Workbench.Node node = bench.node();
            MediaFamily weekly = bench.volumes().families().stream()
                    .filter(each -> each.name().equals("weekly"))
                    .findFirst()
                    .orElseThrow();
            assertThat(node.backup(new PoolTarget(node.pool, weekly, FileRights.parse(null, "O:RED,G,W:R")))
                            .cause())
                    .isNull();
            bench.time.pass(Duration.ofDays(22));
        }
        List<Path> before = published();

        PrunePlan refused = bench.node().pruning().by(Requester.user("mallory")).carryOut(line -> {});
        assertThat(refused.steps()).allMatch(step -> step.action() == PrunePlan.Action.KEEP);
        assertThat(refused.steps().get(0).why())
                .isEqualTo("it belongs to tester with protection S:RWED,O:RED,G,W:R, and mallory may not delete it");
        assertThat(published()).isEqualTo(before);

        PrunePlan done = bench.node().pruning().by(Requester.user("tester")).carryOut(line -> {});
        assertThat(done.of(PrunePlan.Action.QUARANTINE)).hasSize(1);
        PrunePlan again = bench.node().pruning().by(Requester.user("mallory")).carryOut(line -> {});
        assertThat(again.of(PrunePlan.Action.REMOVE)).isEmpty();
        assertThat(bench.node().pruning().carryOut(line -> {}).of(PrunePlan.Action.REMOVE))
                .hasSize(1);
    }

    @Test
    void what_a_protected_backup_is_based_on_stays_with_it() throws Exception {
        MediaFamily weekly =
                new MediaFamily("weekly", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME);
        bench.volumes().defineFamilies(List.of(weekly));
        for (FileRights each : List.of(FileRights.NONE, FileRights.parse(null, "O:RED"), FileRights.NONE)) {
            Workbench.Node node = bench.node();
            assertThat(node.backup(new PoolTarget(node.pool, weekly, each)).cause())
                    .isNull();
        }
        bench.time.pass(Duration.ofDays(22));
        List<Backup> all = bench.catalog().backups(Catalog.Filter.COMPLETE);
        Lineage second = backup -> backup.id().equals(all.get(1).id())
                ? Optional.of(all.get(0).about().imageId())
                : Optional.empty();
        PoolPruning pruning =
                new PoolPruning(bench.node().pool, bench.catalog(), bench.poolRegister(), second, bench.time);

        PrunePlan refused = pruning.by(Requester.user("mallory")).carryOut(line -> {});
        assertThat(refused.steps()).extracting(PrunePlan.Step::action).containsOnly(PrunePlan.Action.KEEP);
        assertThat(refused.steps().get(0).why())
                .isEqualTo("backup " + all.get(1).id() + " depends on it");

        assertThat(pruning.by(Requester.user("tester")).plan().of(PrunePlan.Action.QUARANTINE))
                .hasSize(2);
    }

    @Test
    void an_owner_that_the_machine_does_not_know_is_refused_before_anything_is_written() throws Exception {
        assertThat(backUp("no-such-user", null).cause())
                .contains(
                        "SBG-Y009 files can't be given to no-such-user: this machine has no user and no group of that name");
        assertThat(everything()).isEmpty();
    }

    @Test
    void a_node_that_may_not_give_files_away_says_so_before_anything_is_written() throws Exception {
        bench.poolFiles = files -> watched(files, (deed, file, target) -> {
            if (deed.equals("setOwner")) {
                throw new BackupException(FileFault.PERMISSION, "setting the owner failed", "This is a test.");
            }
        });
        assertThat(backUp("nobody", null).cause())
                .contains("SBG-Y009 this node can't make a file in " + home.resolve("pool")
                        + " that belongs to nobody with protection S:RWED,O:RE,G,W: setting the owner failed");
        assertThat(everything()).isEmpty();

        assertThat(backUp(null, "W:R").cause()).as("that needs no other owner").isNull();
    }

    @Test
    void a_file_system_without_modes_is_good_enough_where_nobody_asked_for_any() throws Exception {
        bench.poolFiles = files -> watched(files, (deed, file, target) -> {
            if (deed.equals("setMode")) {
                throw new BackupException(FileFault.PERMISSION, "setting the mode failed", "This is a test.");
            }
        });
        assertThat(backUp(FileRights.NONE).cause()).isNull();
        List<Path> before = everything();
        assertThat(backUp(null, "O:R").cause()).contains("SBG-Y009", "setting the mode failed");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void a_file_system_that_keeps_another_mode_than_it_was_told_is_noticed() throws Exception {
        bench.poolFiles = files -> proxy(
                HostFiles.class,
                files,
                NOTHING,
                (deed, arguments, result) ->
                        result instanceof FileStatus has && ((Path) arguments[0]).endsWith("rights")
                                ? new FileStatus(
                                        has.kind(),
                                        has.sizeBytes(),
                                        0755,
                                        has.owner(),
                                        has.times(),
                                        has.key(),
                                        has.links(),
                                        has.device(),
                                        has.linkTarget())
                                : result);
        assertThat(backUp(null, "O:R").cause()).contains("SBG-Y009", "its file system gave it mode 0755");
        assertThat(everything()).isEmpty();
    }

    @Test
    void what_the_node_could_not_read_again_is_refused_before_anything_is_written() throws Exception {
        bench.poolFiles = files -> closed(files, "rights");
        assertThat(backUp(null, "S,O,G:W,W:R").cause())
                .contains(
                        "SBG-Y009 a file in " + home.resolve("pool")
                                + " that belongs to whoever writes it with protection S,O,G:W,W:R could not be read again by this node");
        assertThat(everything()).isEmpty();
    }

    @Test
    @Tag("J10")
    void files_that_are_still_their_sources_are_given_to_nobody() throws Exception {
        Workbench.Node node = bench.node();
        PoolTarget target = new PoolTarget(node.pool, null, FileRights.parse(null, "W:R"));
        assertThat(target.adoptsNothingFrom(bench.data))
                .isEqualTo("files that are still their source's get no other owner and protection");
        assertThatThrownBy(() -> target.adopting(index -> null)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(new PoolTarget(node.pool, null).adoptsNothingFrom(bench.data))
                .isNull();
    }

    private Job restore(String user) throws Exception {
        return bench.node()
                .restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.ById(only().id())),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        "orders",
                        user,
                        Prompt.OPERATOR))
                .get(0);
    }

    private Backup only() throws IOException {
        List<Backup> all = bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private Path label() throws IOException {
        return home.resolve("pool").resolve(only().files().get(0).path() + ".json");
    }

    private List<Path> published() throws IOException {
        return published("pool");
    }

    /** Images and labels in their places. */
    private List<Path> published(String pool) throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve(pool))) {
            return all.filter(Files::isRegularFile)
                    .filter(each -> !home.relativize(each).toString().contains("/."))
                    .sorted()
                    .toList();
        }
    }

    /** What is in the pool, under way or in its place, but for the marker. */
    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("pool"))) {
            return all.filter(Files::isRegularFile)
                    .filter(each -> !each.endsWith(".saddlebag-pool.json"))
                    .toList();
        }
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
    }

    /** Hears what is done with new files, before it is done. */
    private interface Ear {
        void hear(String deed, Path temporary, Path target) throws IOException;
    }

    private static HostFiles watched(HostFiles files, Ear ear) {
        return proxy(HostFiles.class, files, NOTHING, (deed, arguments, result) -> {
            if (!(result instanceof NewFile made)) {
                return result;
            }
            Path target = (Path) arguments[0];
            return target.getFileName().toString().startsWith(".saddlebag-pool")
                    ? made
                    : proxy(
                            NewFile.class,
                            made,
                            (each, with) -> {
                                if (List.of("channel", "setOwner", "setMode", "publish")
                                        .contains(each)) {
                                    ear.hear(each, made.temporary(), target);
                                }
                            },
                            UNCHANGED);
        });
    }

    private static HostFiles closed(HostFiles files, String name) {
        return proxy(
                HostFiles.class,
                files,
                (deed, arguments) -> {
                    if (deed.equals("openRead") && ((Path) arguments[0]).endsWith(name)) {
                        throw new BackupException(FileFault.PERMISSION, "opening it failed", "This is a test.");
                    }
                },
                UNCHANGED);
    }

    /** Comes before each call. */
    private interface Before {
        void call(String deed, Object[] arguments) throws IOException;
    }

    /** What becomes of a call's result. */
    private interface After {
        Object call(String deed, Object[] arguments, Object result) throws IOException;
    }

    private static <T> T proxy(Class<T> port, T inner, Before before, After after) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, method, given) -> {
            Object[] arguments = given == null ? new Object[0] : given;
            before.call(method.getName(), arguments);
            try {
                return after.call(method.getName(), arguments, method.invoke(inner, given));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
