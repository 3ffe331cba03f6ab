package io.saddlebag.restore;

import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.ext.ExtFile;
import io.saddlebag.ext.ExtFileSystem;
import io.saddlebag.ext.ExtTree;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.Compression;
import io.saddlebag.image.ImageListener;
import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ImageStream;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.Layers;
import io.saddlebag.image.MemberWarning;
import io.saddlebag.image.WrittenMember;
import io.saddlebag.qcow2.Qcow2Chain;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Single files out of an image of a disk, without mounting it (D9): qcow2 with all images below it in the same folder, or a disk
 * as it is. File systems of type ext2, ext3, ext4. Thread-safe.
 */
public final class DiskFiles {
    private static final String OTHER_WAY =
            "Or restore the disk with 'saddlebag image restore', or 'qemu-img convert -O raw', and mount that.";

    private static final int QCOW2_MAGIC = 0x514649fb;

    private final RestoreServices services;
    private final Disks disks;

    public DiskFiles(RestoreServices services, Disks disks) {
        this.services = services;
        this.disks = disks;
    }

    /** Opens the file system in an image, a file or a device. */
    public Opened open(Path image) throws IOException {
        ReadableDisk disk = disk(image);
        try {
            return new Opened(image, ExtFileSystem.open(disk, OTHER_WAY));
        } catch (IOException | RuntimeException e) {
            try {
                disk.close();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private ReadableDisk disk(Path image) throws IOException {
        ReadableDisk raw = disks.openRead(image);
        ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
        if (raw.sizeBytes() < Integer.BYTES) {
            return raw;
        }
        raw.read(0, magic);
        if (magic.getInt(0) != QCOW2_MAGIC) {
            return raw;
        }
        raw.close();
        Path absolute = image.toAbsolutePath();
        return Qcow2Chain.open(String.valueOf(absolute.getFileName()), name -> {
            Path file = absolute.resolveSibling(name);
            if (!services.files().exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            return disks.openRead(file);
        });
    }

    /** An opened file system. One thread. */
    public final class Opened implements Closeable {
        private final Path image;
        private final ExtFileSystem fileSystem;

        private Opened(Path image, ExtFileSystem fileSystem) {
            this.image = image;
            this.fileSystem = fileSystem;
        }

        /**
         * What is at a path; a link itself.
         *
         * @throws BackupException {@link RestoreFault#NOTHING_SELECTED} when there is nothing
         */
        public ExtFile find(String path) throws IOException {
            return fileSystem
                    .find(path)
                    .orElseThrow(() -> new BackupException(
                            RestoreFault.NOTHING_SELECTED,
                            "there is no " + path + " in " + image,
                            "List a folder of it with 'saddlebag image ls " + image + " FOLDER'."));
        }

        /** Writes the content of a regular file. The stream stays open. */
        public void copy(String path, OutputStream out) throws IOException {
            ExtFile file = find(path);
            if (!file.isRegular()) {
                throw new BackupException(
                        RestoreFault.NOTHING_SELECTED,
                        path + " in " + image + " is no regular file",
                        "Extract it with 'saddlebag image extract'.");
            }
            try (InputStream content = file.open()) {
                content.transferTo(out);
            }
        }

        /**
         * Restores a file, or a folder with all below it, with its whole path below the target, which exists. All of it is
         * durable on return.
         *
         * @param notes gets what could not be restored as it was
         * @return how many objects were restored
         */
        public long extract(String path, Path target, RestoreRequest.Existing existing, Consumer<String> notes)
                throws IOException {
            String plain = plain(path);
            TreeSink sink = new TreeSink(
                    services.files(),
                    new RestoredFolders(services.files(), 1),
                    Placement.below(services.files(), target.toAbsolutePath(), List.of("/" + plain), ".extracted"),
                    (name, sha256) -> {},
                    notes::accept,
                    new TreeSink.Manner(
                            existing,
                            RestoreRequest.Powers.AS_BACKED_UP,
                            services.privilege(),
                            TreeSink.Durability.BY_CALLER),
                    services.workers());
            ExtTree tree = new ExtTree(ByteString.of(plain), find(path));
            try (InputStream stream =
                            ImageStream.open(manifest(), tree, new Noted(notes), Compression.NONE, services.workers());
                    ImageReader reader = ImageReader.open(stream, Layers.names(Compression.NONE), services.workers())) {
                reader.readAll(sink);
            }
            sink.finish();
            services.files().syncFileSystem(target);
            return sink.restored();
        }

        /** Without slashes at its ends and points in it. */
        private String plain(String path) {
            String normal = Path.of("/", path).normalize().toString();
            return normal.substring(1);
        }

        /** The objects pass as an image that nobody keeps. */
        private ImageManifest manifest() {
            return new ImageManifest(
                    "extract",
                    image.toString(),
                    null,
                    "",
                    "",
                    Instant.EPOCH,
                    Instant.EPOCH,
                    "NONE",
                    Layers.names(Compression.NONE),
                    Map.of(),
                    "saddlebag");
        }

        @Override
        public void close() throws IOException {
            fileSystem.close();
        }
    }

    private record Noted(Consumer<String> notes) implements ImageListener {
        @Override
        public void written(WrittenMember member) {}

        @Override
        public void warning(MemberWarning warning) {
            notes.accept(warning.member().absolutePath() + ": " + warning.detail());
        }

        @Override
        public void finished(ImageSummary summary) {}
    }
}
