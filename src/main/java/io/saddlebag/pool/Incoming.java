package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where files are written before they get their places: a folder for each image under way. Thread-safe. */
final class Incoming {
    private static final String FOLDER = ".incoming";
    private static final String LOCKS = ".writers";

    private final HostFiles files;
    private final Path root;
    private final WriterLocks locks;
    private @Nullable Instances writers;
    private int begun;

    Incoming(HostFiles files, Path root, WriterLocks locks) {
        this.files = files;
        this.root = root;
        this.locks = locks;
    }

    /** A new folder that is this process's own. */
    synchronized Path begin() throws IOException {
        ensure(root.resolve(FOLDER));
        Path folder = root.resolve(FOLDER).resolve(name());
        files.makeFolder(folder);
        return folder;
    }

    /** One that nothing else of this or any other process is called by. */
    synchronized String name() throws IOException {
        return writers().self() + "." + ++begun;
    }

    /** Removes what writers left of whom the kernel says that they are dead. */
    synchronized void removeLeftovers() throws IOException {
        Path folder = root.resolve(FOLDER);
        if (!files.exists(folder)) {
            return;
        }
        for (Path each : files.list(folder)) {
            String name = String.valueOf(each.getFileName());
            int number = name.lastIndexOf('.');
            boolean ours = number > 0 && files.status(each).is(FileKind.FOLDER);
            if (ours && !writers().alive(name.substring(0, number))) {
                removeFolder(each);
            }
        }
    }

    void removeFolder(Path folder) throws IOException {
        for (Path file : files.list(folder)) {
            files.delete(file);
        }
        files.delete(folder);
    }

    private Instances writers() throws IOException {
        Instances there = writers;
        if (there == null) {
            there = locks.in(root.resolve(LOCKS));
            writers = there;
        }
        return there;
    }

    private void ensure(Path folder) throws IOException {
        if (!files.exists(folder)) {
            try {
                files.makeFolder(folder);
            } catch (BackupException e) {
                if (!e.is(FileFault.EXISTS)) {
                    throw e;
                }
            }
        }
    }
}
