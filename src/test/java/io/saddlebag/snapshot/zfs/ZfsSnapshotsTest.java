package io.saddlebag.snapshot.zfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With a stand-in for {@code zfs}, and Btrfs subvolumes that the mount table calls datasets. */
@Tag("W11")
@Tag("slow")
class ZfsSnapshotsTest extends SnapshotProviderContract {
    /** Of this run alone: another one on this machine would take its commands for its own. */
    private static final String ID = "s" + ProcessHandle.current().pid();

    private static final String OTHER = "o" + ProcessHandle.current().pid();

    private static final Duration PATIENT = Duration.ofSeconds(60);

    private final Map<Path, String> datasets = new LinkedHashMap<>();
    private LoopFileSystem btrfs;
    private Path state;
    private StandIn zfs;

    @Override
    protected SnapshotProvider provider() {
        return provider(PATIENT);
    }

    private ZfsSnapshots provider(Duration timeout) {
        return new ZfsSnapshots(
                posixWithDatasets(),
                files,
                new LocalProcesses(Duration.ofMillis(200)),
                Clock.systemUTC(),
                new SystemWaiter(),
                new ZfsSettings(StandIn.command(ZfsTwin.class, state), timeout));
    }

    private Posix posixWithDatasets() {
        return (Posix) Proxy.newProxyInstance(
                Posix.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(posix, arguments);
                        return method.getName().equals("mountOf")
                                ? asDataset((Path) arguments[0], (MountPoint) answer)
                                : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private MountPoint asDataset(Path path, MountPoint real) {
        for (Map.Entry<Path, String> dataset : datasets.entrySet()) {
            if (path.startsWith(dataset.getKey())) {
                return new MountPoint(
                        real.id(), real.deviceNumber(), Path.of("/"), dataset.getKey(), "zfs", dataset.getValue());
            }
        }
        return real;
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        state = Files.createDirectories(folder.resolve("zfs"));
        zfs = new StandIn(state);
        btrfs = LoopFileSystem.create(posix, folder.resolve("btrfs"), Kind.BTRFS, ByteCount.ZERO);
        return dataset("tank/data");
    }

    private Path dataset(String name) throws IOException {
        Path top = btrfs.path().resolve(name.replace('/', '-'));
        posix.createSubvolume(top);
        ZfsTwin.addDataset(state, name, top);
        datasets.put(top, name);
        return top;
    }

    @Override
    protected List<Path> places() {
        return List.of(btrfs.path());
    }

    @AfterEach
    void unmount() throws IOException {
        if (btrfs != null) {
            btrfs.close();
        }
    }

    @Test
    @Tag("W5")
    void datasets_of_one_pool_are_of_one_instant_by_one_command_and_are_held() throws IOException {
        Path logs = dataset("tank/logs");
        Files.writeString(logs.resolve("file"), "logs before");
        assertThat(provider().consistency(List.of(source, logs))).isEqualTo(Consistency.ATOMIC);
        Snapshot snapshot = provider().create(ID, List.of(source, logs));

        assertThat(snapshot.consistency()).isEqualTo(Consistency.ATOMIC);
        assertThat(zfs.calls())
                .contains(
                        "snapshot tank/data@saddlebag-" + ID + " tank/logs@saddlebag-" + ID,
                        "hold saddlebag tank/data@saddlebag-" + ID + " tank/logs@saddlebag-" + ID);
        assertThat(snapshot.views().get(0).frozen())
                .isEqualTo(source.getParent().resolve(".zfs/snapshot/saddlebag-" + ID + "/source"));
        assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("logs before");
        provider().release(snapshot);
        assertThat(ZfsTwin.names(state)).containsExactly("tank/data", "tank/logs");
    }

    @Test
    @Tag("W5")
    void two_pools_are_told_to_be_less_than_one_instant_and_when_one_fails_both_are_gone() throws IOException {
        Path other = dataset("dozer");
        assertThat(provider().consistency(List.of(source, other))).isEqualTo(Consistency.PER_FILE);
        Snapshot snapshot = provider().create(ID, List.of(source, other));
        assertThat(snapshot.consistency()).isEqualTo(Consistency.PER_FILE);
        provider().release(snapshot);

        zfs.expect("snapshot dozer@", "fail");
        assertFails(provider(), List.of(source, other), "internal error: out of memory");
        assertThat(ZfsTwin.names(state)).containsExactly("tank/data", "dozer");
    }

    @Test
    void each_step_that_fails_leaves_nothing() throws IOException {
        for (String call : List.of("snapshot", "hold")) {
            for (String fault : List.of("fail", "fail after")) {
                zfs.expect(call, fault);
                assertFails(provider(), List.of(source), "internal error");
                assertThat(ZfsTwin.names(state)).as(call + " " + fault).containsExactly("tank/data");
            }
        }
        assertThat(source.resolve("file")).hasContent("before");
    }

    @Test
    @Tag("W4")
    void a_command_that_hangs_is_ended_and_leaves_nothing() throws IOException {
        zfs.expect("hold", "hang");

        assertFails(provider(Duration.ofSeconds(10)), List.of(source), "did not end within PT10S");
        assertThat(ZfsTwin.names(state)).containsExactly("tank/data");
    }

    private void assertFails(SnapshotProvider provider, List<Path> paths, String reason) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider.create(ID, paths))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining(reason);
    }

    @Test
    void a_list_that_is_not_understood_is_no_proof_of_anything() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));
        zfs.expect("list", "babble");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().release(snapshot))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("the list of zfs was not understood: 'tank/data@without-anything-else'");
        provider().release(snapshot);
    }

    @Test
    void a_snapshot_that_was_destroyed_or_replaced_is_lost_and_a_replacement_stays() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));
        provider().requireIntact(snapshot);
        ZfsTwin.replace(state, "tank/data@saddlebag-" + ID);

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().requireIntact(snapshot))
                .matches(e -> e.is(SnapshotFault.LOST))
                .withMessageContaining("tank/data@saddlebag-" + ID + " is gone, or is another one now");
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().release(snapshot))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("is another one than was made, and stays");
        assertThat(ZfsTwin.names(state)).contains("tank/data@saddlebag-" + ID);
        provider().discard(ID, List.of(source));
        assertThat(ZfsTwin.names(state)).containsExactly("tank/data");
    }

    @Test
    void a_hold_of_somebody_else_is_respected() throws IOException {
        Snapshot snapshot = provider().create(ID, List.of(source));
        ZfsTwin.hold(state, "tank/data@saddlebag-" + ID, "saddlebag,auditor");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().release(snapshot))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("dataset is busy");
        ZfsTwin.hold(state, "tank/data@saddlebag-" + ID, "");
        provider().release(snapshot);
        assertThat(ZfsTwin.names(state)).containsExactly("tank/data");
    }

    @Test
    @Tag("Q11")
    void what_a_dead_process_left_is_discarded_held_or_not() throws IOException {
        provider().create(ID, List.of(source));
        provider().create(OTHER, List.of(source));
        ZfsTwin.hold(state, "tank/data@saddlebag-" + OTHER, "");

        provider().discard(ID, List.of(source));
        provider().discard(OTHER, List.of(source));
        provider().discard(OTHER, List.of(source, folder.resolve("gone")));
        assertThat(ZfsTwin.names(state)).containsExactly("tank/data");
    }

    @Test
    @Tag("X13")
    void facts_that_name_anything_but_a_dataset_destroy_nothing() throws IOException {
        for (String name : List.of("tank/data@a%b", "tank/data,x", "-r", "tank//data", "/tank", "tank/data@x", "")) {
            Snapshot forged = new Snapshot(
                    ID,
                    "zfs",
                    Consistency.ATOMIC,
                    true,
                    Instant.EPOCH,
                    Duration.ZERO,
                    List.of(),
                    Map.of("dataset.0", name, "guid.0", "1"));

            assertThatExceptionOfType(BackupException.class)
                    .as(name)
                    .isThrownBy(() -> provider().release(forged))
                    .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                    .withMessageContaining("is no dataset");
        }
        assertThat(zfs.calls()).isEmpty();
    }

    @Test
    void what_it_can_not_do_is_refused_with_the_reason() throws IOException {
        assertThat(provider().suitability(folder).reason()).startsWith(folder + " is not in a ZFS dataset but on ");
        var nowhere = new ZfsSnapshots(
                posixWithDatasets(),
                files,
                new LocalProcesses(),
                Clock.systemUTC(),
                new SystemWaiter(),
                new ZfsSettings(List.of("/no/such/zfs"), PATIENT));
        assertThat(nowhere.suitability(source).reason()).isEqualTo("the program zfs is not installed here");
        datasets.put(source.getParent(), "tank/unknown");
        assertThat(provider().suitability(source).reason()).contains("dataset does not exist");
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().create(ID, List.of(source)))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE));
    }
}
