package io.saddlebag.diskimage;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * The hash files of this node's disk images, under the names that they have in the images, too. One that is missing can be
 * restored from there. Thread-safe.
 */
public final class HashStore {
    /** Behind the name of an image. */
    public static final String SUFFIX = ".clusters";

    private final HostFiles files;
    private final Path folder;

    /** @param folder made when missing, in one that exists */
    public HashStore(HostFiles files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /** @param image name of the image without {@code .qcow2} */
    Path pathOf(String image) {
        return folder.resolve(image + SUFFIX);
    }

    boolean has(String image) throws IOException {
        return files.exists(pathOf(image));
    }

    /**
     * Reads all of it and compares its seal.
     *
     * @throws BackupException {@link DiskImageFault#BAD_HASHES}
     */
    public void requireSound(String image) throws IOException {
        if (!has(image)) {
            throw new BackupException(
                    DiskImageFault.BAD_HASHES,
                    "there is no file of cluster hashes " + pathOf(image),
                    "Restore it from the backup that it belongs to, or make a full image.");
        }
        try (HashFileReader reader = open(image)) {
            reader.finish();
        }
    }

    HashFileReader open(String image) throws IOException {
        return new HashFileReader(Channels.newInputStream(files.openRead(pathOf(image))), image + SUFFIX);
    }

    /** Begins one; it replaces an earlier one of that name when it is published. */
    NewFile create(String image) throws IOException {
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
        return files.create(pathOf(image));
    }

    void publish(NewFile file) throws IOException {
        file.replace();
        files.syncFolder(folder);
    }

    /** Removes those of images that are no parents any more. */
    public void keepOnly(Predicate<String> wanted) throws IOException {
        if (!files.exists(folder)) {
            return;
        }
        for (Path file : files.list(folder)) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(SUFFIX) && !wanted.test(name.substring(0, name.length() - SUFFIX.length()))) {
                files.delete(file);
            }
        }
    }
}
