package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.snapshot.SnapshotProvider.Suitability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** Finds out whether files can be cloned somewhere by cloning one. */
public final class CloneTrial {
    /** One block of the usual size: a file within its inode is copied, not cloned. */
    private static final int TRIAL_BYTES = 4096;

    private CloneTrial() {}

    /** @param folder where a small file is made and removed again */
    public static Suitability in(Posix posix, HostFiles files, Path folder) throws IOException {
        try (NewFile original = files.create(folder.resolve(SnapshotPlace.FOLDER + "-trial"))) {
            SeekableByteChannel channel = original.channel();
            ByteBuffer block = ByteBuffer.allocate(TRIAL_BYTES);
            while (block.hasRemaining()) {
                channel.write(block);
            }
            Path clone =
                    original.temporary().resolveSibling(original.temporary().getFileName() + "-clone");
            posix.cloneFile(original.temporary(), clone);
            files.delete(clone);
            return new Suitability(true, "files at " + folder + " can be cloned");
        } catch (PosixException e) {
            String type = posix.mountOf(folder).fileSystem();
            return new Suitability(
                    false,
                    "the file system at " + folder + ", " + type + ", can't clone files: "
                            + e.errno().text());
        } catch (BackupException e) {
            return new Suitability(false, "cloning could not be tried at " + folder + ": " + e.what());
        }
    }
}
