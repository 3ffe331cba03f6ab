package io.saddlebag.it;

import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A file system of the kind that a snapshot provider is for, mounted below a folder. */
final class Ground implements AutoCloseable {
    private static final ByteCount OUTER = ByteCount.mebibytes(3072);
    private static final ByteCount INNER = ByteCount.mebibytes(2048);

    private final Deque<LoopFileSystem> mounted = new ArrayDeque<>();

    /** Skips the test where nothing can be mounted. */
    static Ground of(Path folder, String provider) throws IOException {
        return of(folder, provider, LoopFileSystem.Kind.XFS);
    }

    /** @param frozen what is mounted for provider {@code freeze} */
    static Ground of(Path folder, String provider, LoopFileSystem.Kind frozen) throws IOException {
        Program.needRoot();
        Ground ground = new Ground();
        boolean freezes = provider.equals("freeze");
        ground.mount(
                folder.resolve("ground.img"), freezes ? LoopFileSystem.Kind.XFS : LoopFileSystem.Kind.BTRFS, OUTER);
        if (freezes) {
            ground.mount(ground.path().resolve("disk"), frozen, INNER);
        }
        return ground;
    }

    private void mount(Path image, LoopFileSystem.Kind kind, ByteCount size) throws IOException {
        mounted.push(LoopFileSystem.create(new LinuxPosix(), image, kind, size));
    }

    Path path() {
        return mounted.element().path();
    }

    /** Thaws what a test that failed has left. */
    @Override
    public void close() throws IOException {
        while (!mounted.isEmpty()) {
            LoopFileSystem each = mounted.pop();
            new LinuxPosix().thaw(each.path());
            each.close();
        }
    }
}
