package io.saddlebag.qcow2;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens an image and those below it. All of them are qcow2 files of one folder: an image that somebody made must not show
 * other files of this machine.
 */
public final class Qcow2Chain {
    /** Images above one another. */
    public static final int MAX_IMAGES = 256;

    private final ImageFolder folder;
    private final Set<String> opened = new LinkedHashSet<>();

    private Qcow2Chain(ImageFolder folder) {
        this.folder = folder;
    }

    /** Where an image and those below it are. */
    public interface ImageFolder {
        /**
         * Opens a file.
         *
         * @param name without any path
         * @throws java.nio.file.NoSuchFileException when it isn't there
         */
        ReadableDisk open(String name) throws IOException;
    }

    /**
     * Opens an image with all below it; nothing stays open when this fails.
     *
     * @throws BackupException {@link Qcow2Fault#NO_BACKING} when one of them can't be opened, or they go in a circle
     */
    public static Qcow2Image open(String name, ImageFolder folder) throws IOException {
        return new Qcow2Chain(folder).openNext(name);
    }

    private Qcow2Image openNext(String name) throws IOException {
        opened.add(name);
        ReadableDisk file = folder.open(name);
        try {
            return Qcow2Image.open(name, file, header -> below(name, header));
        } catch (IOException | RuntimeException e) {
            try {
                file.close();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private Qcow2Image below(String above, Qcow2Header header) throws IOException {
        String name = header.backing() == null ? "" : header.backing();
        String fault = BackingName.faultOf(name);
        if (fault != null) {
            throw refused(above, name, "it " + fault, null);
        }
        String format = header.backingFormat();
        if (format != null && !format.equals(Qcow2Header.QCOW2)) {
            throw refused(above, name, "it is of format " + format.replaceAll("\\P{Alnum}", "?"), null);
        }
        if (opened.contains(name)) {
            throw refused(above, name, "the chain " + opened + " comes back to it", null);
        }
        if (opened.size() >= MAX_IMAGES) {
            throw refused(
                    above, name, "there are " + opened.size() + " images above it, the most that are opened", null);
        }
        try {
            return openNext(name);
        } catch (NoSuchFileException e) {
            throw refused(above, name, "there is no such file beside it", e);
        }
    }

    private static BackupException refused(String above, String name, String reason, @Nullable Throwable cause) {
        return new BackupException(
                Qcow2Fault.NO_BACKING,
                "the image below " + above + ", '" + name.replaceAll("\\p{Cntrl}", "?") + "', is not opened: " + reason,
                "Put all images of the chain into one folder under the names that 'qemu-img info' shows.",
                cause);
    }
}
