package io.saddlebag.snapshot.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.SharedRoom;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With a stand-in for {@code lvm}; the file systems and their mounts are real. */
@Tag("W11")
@Tag("slow")
class LvmSnapshotsTest extends SnapshotProviderContract {
    /** Of this run alone: another one on this machine would take its commands for its own. */
    private static final String ID = "s" + ProcessHandle.current().pid();

    private static final Duration PATIENT = Duration.ofSeconds(60);

    private LoopFileSystem ext4;
    private Path state;
    private StandIn lvm;

    @Override
    protected SnapshotProvider provider() {
        return provider(PATIENT);
    }

    private LvmSnapshots provider(Duration timeout) {
        return new LvmSnapshots(
                posix,
                files,
                new LocalProcesses(Duration.ofMillis(200)),
                Clock.systemUTC(),
                new SystemWaiter(),
                new LvmSettings(
                        StandIn.command(LvmTwin.class, state),
                        folder.resolve("views"),
                        LvmSettings.Room.DEFAULT,
                        timeout));
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        state = Files.createDirectories(folder.resolve("lvm"));
        Files.createDirectories(folder.resolve("views"));
        Files.createDirectories(state.resolve("dev/vg0"));
        lvm = new StandIn(state);
        ext4 = LoopFileSystem.create(posix, folder.resolve("disk"), Kind.EXT4, ByteCount.ZERO);
        addOrigin("data", ext4, "");
        return ext4.path();
    }

    private void addOrigin(String name, LoopFileSystem on, String pool) throws IOException {
        LvmTwin.addOrigin(
                state, name, on.image(), on.path(), posix.mountOf(on.path()).deviceNumber(), pool);
    }

    @Override
    protected List<Path> places() {
        return List.of(folder.resolve("views"), ext4.path(), state.resolve("dev"));
    }

    @AfterEach
    void unmount() throws IOException {
        if (ext4 != null) {
            provider().discard(ID, List.of(source));
            ext4.close();
        }
    }

    @Test
    void a_thick_snapshot_gets_room_in_its_group_and_a_tag_and_can_not_be_written() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));

        long room = (Files.size(ext4.image()) / 100 + 1) * 20 / 512 * 512 + 512;
        assertThat(lvm.calls())
                .contains("lvcreate --yes --snapshot --name saddlebag-" + ID
                        + "-0 --addtag saddlebag --permission r --size " + room + "b vg0/data");
        assertThat(snapshot.consistency()).isEqualTo(Consistency.ATOMIC);
        assertThatExceptionOfType(java.nio.file.FileSystemException.class)
                .isThrownBy(
                        () -> Files.writeString(snapshot.views().get(0).frozen().resolve("file"), "no"))
                .withMessageContaining("Read-only");
        provider().release(snapshot);
        assertThat(LvmTwin.names(state)).containsExactly("data");
        assertThat(lvm.calls()).contains("lvremove --yes vg0/saddlebag-" + ID + "-0");
    }

    @Test
    void a_thin_snapshot_is_activated_and_takes_its_room_from_the_pool() throws IOException {
        LvmTwin.addPool(state, "pool");
        addOrigin("data", ext4, "pool");
        Snapshot snapshot = provider().create(ID, List.of(source));

        assertThat(lvm.calls())
                .contains("lvcreate --yes --snapshot --name saddlebag-" + ID + "-0 --addtag saddlebag --permission r"
                        + " --setactivationskip n vg0/data");
        assertThat(snapshot.frozen()).as("LVM suspends the origin").contains(snapshot.took());
        provider().requireIntact(snapshot);
        LvmTwin.set(state, "pool", "data_percent", "100.00");
        assertLost(snapshot, "thin pool vg0/pool is full, with 100.0 % of it used");
        LvmTwin.set(state, "pool", "data_percent", "50.00");
        LvmTwin.set(state, "pool", "lv_health_status", "out_of_data");
        assertLost(snapshot, "thin pool vg0/pool is out_of_data");
        provider().release(snapshot);
    }

    @Test
    void a_thin_snapshot_shares_the_room_of_its_pool_and_a_thick_one_has_its_own() throws IOException {
        assertThat(provider().room(List.of(source)).look()).isEmpty();

        LvmTwin.addPool(state, "pool");
        addOrigin("data", ext4, "pool");
        RoomGauge room = provider().room(List.of(source));
        assertThat(room.look()).containsExactly(new SharedRoom("thin pool vg0/pool", 94371840, 104857600));
        LvmTwin.set(state, "pool", "data_percent", "75.00");
        assertThat(room.look()).containsExactly(new SharedRoom("thin pool vg0/pool", 26214400, 104857600));
    }

    @Test
    void a_thick_snapshot_that_fills_up_is_told_and_its_source_is_unharmed() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));
        provider().requireIntact(snapshot);
        LvmTwin.set(state, "saddlebag-" + ID + "-0", "data_percent", "99.99");
        provider().requireIntact(snapshot);

        LvmTwin.set(state, "saddlebag-" + ID + "-0", "data_percent", "100.00");
        assertLost(snapshot, "logical volume vg0/saddlebag-" + ID + "-0 is VALID, with 100.0 % of its room");
        LvmTwin.set(state, "saddlebag-" + ID + "-0", "data_percent", "87.00");
        LvmTwin.set(state, "saddlebag-" + ID + "-0", "lv_snapshot_invalid", "1");
        assertLost(snapshot, "is INVALID");
        LvmTwin.set(state, "saddlebag-" + ID + "-0", "lv_snapshot_invalid", "-1");
        assertLost(snapshot, "is UNKNOWN");
        assertThat(source.resolve("file")).hasContent("before");
        provider().release(snapshot);
        assertThat(LvmTwin.names(state)).containsExactly("data");
    }

    @Test
    void a_snapshot_that_somebody_removed_or_replaced_is_lost() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));

        LvmTwin.set(state, "saddlebag-" + ID + "-0", "lv_uuid", "another");
        assertLost(snapshot, "logical volume vg0/saddlebag-" + ID + "-0 is gone");
        LvmTwin.lose(state, "saddlebag-" + ID + "-0");
        assertLost(snapshot, "logical volume vg0/saddlebag-" + ID + "-0 is gone");
        provider().release(snapshot);
        assertThat(files.list(folder.resolve("views"))).isEmpty();
    }

    private void assertLost(Snapshot snapshot, String reason) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().requireIntact(snapshot))
                .matches(e -> e.is(SnapshotFault.LOST))
                .withMessageContaining(reason);
    }

    @Test
    @Tag("W5")
    void several_volumes_are_told_to_be_less_than_one_instant_and_when_one_fails_all_are_gone() throws IOException {
        try (var second = LoopFileSystem.create(posix, folder.resolve("disk2"), Kind.EXT4, ByteCount.ZERO)) {
            addOrigin("logs", second, "");
            Files.writeString(second.path().resolve("file"), "second before");
            List<Path> paths = List.of(source, second.path());
            assertThat(provider().consistency(paths)).isEqualTo(Consistency.PER_FILE);
            Snapshot snapshot = provider().create(ID, paths);
            assertThat(snapshot.consistency()).isEqualTo(Consistency.PER_FILE);
            assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("second before");
            provider().release(snapshot);

            lvm.expect("lvcreate --yes --snapshot --name saddlebag-" + ID + "-1", "full");
            assertFails(provider(), paths, "insufficient free space (1 extents): 4 required");
            assertThat(LvmTwin.names(state)).containsExactly("data", "logs");
        }
    }

    @Test
    void each_step_that_fails_leaves_nothing_and_says_what_lvm_said() throws IOException {
        for (String fault : List.of("fail", "fail after", "full")) {
            lvm.expect("lvcreate", fault);
            assertFails(provider(), List.of(source), "lvcreate --yes --snapshot");
            assertThat(LvmTwin.names(state)).as(fault).containsExactly("data");
            assertThat(files.list(folder.resolve("views"))).isEmpty();
        }
        assertThat(source.resolve("file")).hasContent("before");
    }

    @Test
    void a_report_that_breaks_off_is_no_report() throws IOException {
        lvm.expect("lvs", "babble");

        assertThat(provider().suitability(source).reason()).contains("the report of lvs was not understood");
    }

    @Test
    @Tag("W4")
    void a_command_that_hangs_is_ended_and_leaves_nothing() throws IOException {
        lvm.expect("lvcreate", "hang");

        assertFails(provider(Duration.ofSeconds(10)), List.of(source), "did not end within PT10S");
        assertThat(LvmTwin.names(state)).containsExactly("data");
        assertThat(lvm.calls()).contains("lvchange --refresh vg0/data");
    }

    @Test
    @Tag("W22")
    void a_job_that_is_cancelled_meanwhile_leaves_nothing_and_nobody_discards_what_is_still_being_made()
            throws Exception {
        lvm.expect("lvcreate", "hang");
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean stillAsked = new AtomicBoolean();
        Thread job = new Thread(() -> {
            try {
                provider().create(ID, List.of(source));
            } catch (IOException e) {
                failure.set(e);
                stillAsked.set(Thread.currentThread().isInterrupted());
            }
        });
        job.start();
        Eventually.holds(() -> isCreating());
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().discard(ID, List.of(source)))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("a command with saddlebag-" + ID + "- still runs");
        job.interrupt();
        job.join();

        assertThat(failure.get()).hasMessageContaining("this job was asked to stop meanwhile");
        assertThat(failure.get().getSuppressed()).isEmpty();
        assertThat(stillAsked).isTrue();
        assertThat(LvmTwin.names(state)).containsExactly("data");
        assertThat(lvm.calls()).contains("lvchange --refresh vg0/data");
    }

    private boolean isCreating() {
        try {
            return lvm.calls().stream().anyMatch(call -> call.startsWith("lvcreate"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertFails(SnapshotProvider provider, List<Path> paths, String reason) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider.create(ID, paths))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining(reason);
    }

    @Test
    @Tag("Q11")
    void what_a_dead_process_left_is_discarded_and_nothing_else() throws IOException {
        Snapshot other = provider().create(ID + "-0", List.of(source));
        provider().create(ID, List.of(source));

        provider().discard(ID, List.of(source));
        assertThat(lvm.calls())
                .as("its lvcreate may have left the origin suspended")
                .containsSubsequence("lvchange --refresh vg0/data", "lvremove --yes vg0/saddlebag-" + ID + "-0");
        provider().discard(ID, List.of(source));
        assertThat(LvmTwin.names(state)).containsExactly("data", "saddlebag-" + ID + "-0-0");
        assertThat(other.views().get(0).frozen().resolve("file")).hasContent("before");
        provider().release(other);
    }

    @Test
    void a_volume_without_our_tag_is_never_removed() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));
        LvmTwin.set(state, "saddlebag-" + ID + "-0", "lv_tags", "precious");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().release(snapshot))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("vg0/saddlebag-" + ID + "-0 is no snapshot of ours, and stays");
        LvmTwin.set(state, "saddlebag-" + ID + "-0", "lv_tags", "a,saddlebag");
        provider().release(snapshot);
        assertThat(LvmTwin.names(state)).containsExactly("data");
    }

    @Test
    @Tag("X13")
    void facts_that_name_anything_but_a_snapshot_remove_nothing() throws IOException {
        for (String name : List.of("vg0/data", "vg0/saddlebag-s2-0", "--yes", "vg0/saddlebag-" + ID + "-0 vg0/data")) {
            Snapshot forged = new Snapshot(
                    ID,
                    "lvm",
                    Consistency.ATOMIC,
                    true,
                    Instant.EPOCH,
                    Duration.ZERO,
                    List.of(),
                    Map.of("volume.0", name, "uuid.0", "u", "view.0", "/"));

            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> provider().release(forged))
                    .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                    .withMessageContaining("is none of its volumes");
        }
        assertThat(lvm.calls()).noneMatch(call -> call.startsWith("lvremove"));
    }

    @Test
    void what_it_can_not_do_is_refused_with_the_reason() throws IOException {
        LvmTwin.set(state, "data", "vg_free", "1000000");
        assertThat(provider().suitability(source).reason())
                .startsWith("volume group vg0 has 977 KiB free, and a snapshot of vg0/data is to have ");
        LvmTwin.set(state, "data", "lv_health_status", "partial");
        assertThat(provider().suitability(source).reason()).isEqualTo("logical volume vg0/data is not well: partial");
        LvmTwin.lose(state, "data");
        assertThat(provider().suitability(source).reason())
                .contains(ext4.path() + " is on /dev/loop", ", which is no logical volume");
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().create(ID, List.of(source)))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE));
    }

    @Test
    void where_there_is_no_lvm_it_says_so_and_has_nothing_to_discard() throws IOException {
        var nowhere = new LvmSnapshots(
                posix,
                files,
                new LocalProcesses(),
                Clock.systemUTC(),
                new SystemWaiter(),
                new LvmSettings(List.of("/no/such/lvm"), folder.resolve("views"), LvmSettings.Room.DEFAULT, PATIENT));

        assertThat(nowhere.suitability(source).reason()).isEqualTo("LVM is not installed here");
        nowhere.discard(ID, List.of(source));
    }
}
