package io.saddlebag.app;

import io.saddlebag.cli.Surroundings;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.restore.DirectRestore;
import io.saddlebag.restore.RestoreServices;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Restores image files on this machine: no configuration is read and no catalog opened. */
final class DirectFiles implements Surroundings.Direct {
    private static final int BUFFER_BYTES = 1 << 20;

    @Override
    public InputStream open(Path image) throws IOException {
        if (image.toString().equals("-")) {
            return new BufferedInputStream(System.in, BUFFER_BYTES);
        }
        try {
            return new BufferedInputStream(Files.newInputStream(image), BUFFER_BYTES);
        } catch (NoSuchFileException e) {
            throw new BackupException(
                    FileFault.VANISHED,
                    "there is no image " + image,
                    "Name a file that a route wrote, or a tar archive; images on volumes are restored with"
                            + " 'saddlebag restore'.",
                    e);
        }
    }

    @Override
    public long restore(InputStream stored, DirectRestore.Order order, DirectRestore.Remarks remarks)
            throws IOException {
        HostFiles files = new LocalFiles(new LinuxPosix());
        boolean root = "root".equals(System.getProperty("user.name"));
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            return new DirectRestore(
                            files,
                            workers,
                            root ? RestoreServices.Privilege.SETS_OWNERS : RestoreServices.Privilege.KEEPS_OWN)
                    .restore(stored, order, remarks);
        } finally {
            workers.shutdownNow();
        }
    }
}
