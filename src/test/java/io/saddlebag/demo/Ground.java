package io.saddlebag.demo;

import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.btrfs.BtrfsSnapshots;
import io.saddlebag.snapshot.reflink.ReflinkSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Where the demonstration's database stands: on a file system that can take snapshots if there is any way to one.
 *
 * @param folder for the database
 * @param provider what the route is told to use: {@code auto} or {@code none}
 * @param explanation for the report
 */
record Ground(Path folder, String provider, String explanation, Mounted mounted) implements AutoCloseable {
    private static final ByteCount SIZE = ByteCount.mebibytes(2048);
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    static Ground in(Path folder) throws IOException {
        Posix posix = new LinuxPosix();
        var files = new LocalFiles(posix);
        var clock = Clock.systemUTC();
        var waiter = new SystemWaiter();
        Path here = Files.createDirectories(folder.resolve("database"));
        SnapshotProvider.Suitability reflink = new ReflinkSnapshots(posix, files, clock, waiter).suitability(here);
        SnapshotProvider.Suitability btrfs = new BtrfsSnapshots(posix, files, clock, waiter).suitability(here);
        if (reflink.suitable() || btrfs.suitable()) {
            return new Ground(here, "auto", "the file system of " + folder + " takes snapshots", () -> {});
        }
        if (ROOT) {
            Path image = folder.resolve("btrfs.img");
            LoopFileSystem fileSystem = LoopFileSystem.create(posix, image, LoopFileSystem.Kind.BTRFS, SIZE);
            return new Ground(
                    Files.createDirectories(fileSystem.path().resolve("database")),
                    "auto",
                    "the file system of " + folder + " takes no snapshots, so a Btrfs in the file "
                            + image.getFileName() + " was mounted for the database (that takes root)",
                    fileSystem::close);
        }
        return new Ground(
                here,
                "none",
                "the file system of " + folder
                        + " takes no snapshots and this isn't root, so only provider none is left:"
                        + " the database stays DOWN until its image is on tape, for as long as that takes",
                () -> {});
    }

    boolean snapshots() {
        return !provider.equals("none");
    }

    @Override
    public void close() throws IOException {
        mounted.close();
    }

    /** What is to be unmounted. */
    interface Mounted {
        void close() throws IOException;
    }
}
