package io.saddlebag.app;

import io.saddlebag.app.config.SnapshotsConfig;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.SnapshotProviders;
import io.saddlebag.snapshot.btrfs.BtrfsSnapshots;
import io.saddlebag.snapshot.freeze.FreezeSnapshots;
import io.saddlebag.snapshot.lvm.LvmSettings;
import io.saddlebag.snapshot.lvm.LvmSnapshots;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.snapshot.reflink.ReflinkSnapshots;
import io.saddlebag.snapshot.vss.DriveLetters;
import io.saddlebag.snapshot.vss.VssSettings;
import io.saddlebag.snapshot.vss.VssSnapshots;
import io.saddlebag.snapshot.zfs.ZfsSettings;
import io.saddlebag.snapshot.zfs.ZfsSnapshots;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** The snapshot providers that work with this machine, the best first. */
record MachineSnapshots(
        Posix posix, HostFiles files, Processes processes, ExecutorService workers, Clock clock, Waiter waiter) {
    /** Of the state folder: where snapshots are mounted. */
    private static final String VIEWS = "views";

    /** Of the state folder: scripts and dialogues of shadow copies. */
    private static final String SHADOW_COPIES = "vss";

    /** @param state this node's folder, which is never frozen */
    SnapshotProviders providers(SnapshotsConfig config, Watchdog watchdog, Path state) {
        Path views = state.resolve(VIEWS);
        return new SnapshotProviders(List.of(
                new BtrfsSnapshots(posix, files, clock, waiter),
                new ZfsSnapshots(posix, files, processes, clock, waiter, ZfsSettings.DEFAULT),
                new LvmSnapshots(
                        posix,
                        files,
                        processes,
                        clock,
                        waiter,
                        new LvmSettings(LvmSettings.PROGRAM, views, config.lvmRoom(), LvmSettings.DEFAULT_TIMEOUT)),
                new ReflinkSnapshots(posix, files, clock, waiter),
                new FreezeSnapshots(
                        posix,
                        files,
                        watchdog,
                        clock,
                        waiter,
                        new FreezeSnapshots.Settings(
                                views,
                                FreezeSnapshots.DEFAULT_LONGEST_FREEZE,
                                config.freezeCopy().bytes(),
                                Set.of(state))),
                new VssSnapshots(
                        new DriveLetters(),
                        processes,
                        workers,
                        clock,
                        waiter,
                        new VssSettings(
                                VssSettings.DISKSHADOW,
                                VssSettings.EVENT_LOG,
                                config.vssWriters(),
                                state.resolve(SHADOW_COPIES),
                                views,
                                VssSettings.Timeouts.DEFAULT)),
                new NoSnapshots(clock)));
    }
}
