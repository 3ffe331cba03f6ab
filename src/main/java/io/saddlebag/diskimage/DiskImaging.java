package io.saddlebag.diskimage;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.ByteStream;
import io.saddlebag.image.Content;
import io.saddlebag.image.ImageMember;
import io.saddlebag.qcow2.Qcow2Layout;
import io.saddlebag.qcow2.Qcow2Writer;
import io.saddlebag.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One disk becoming two members. */
final class DiskImaging implements Closeable {
    private final DiskImageSource.Parts parts;
    private final DiskToImage what;
    private final OpenedDisk disk;
    private final WantedClusters wanted;
    private boolean done;

    DiskImaging(DiskImageSource.Parts parts, DiskToImage what) throws IOException {
        this.parts = parts;
        this.what = what;
        this.disk = OpenedDisk.open(parts.disks(), what.disk());
        try {
            this.wanted = WantedClusters.of(parts.disks(), what.disk(), disk.bytes(), what.blocks());
        } catch (IOException | RuntimeException e) {
            close(e);
            throw e;
        }
    }

    private void close(Exception first) {
        try {
            close();
        } catch (IOException e) {
            first.addSuppressed(e);
        }
    }

    /** The disk's image. */
    ImageMember imageMember() throws IOException {
        String parent = what.parent();
        Qcow2Layout layout;
        if (parent == null) {
            layout = new Qcow2Layout(disk.sizeBytes(), wanted.clusters(), ClusterSet.none(disk.sizeBytes()), null);
        } else {
            hashAll();
            Delta delta = delta(parent);
            layout = new Qcow2Layout(disk.sizeBytes(), delta.data(), delta.zeros(), parent + DiskToImage.SUFFIX);
        }
        note(layout);
        return ImageMember.file(
                what.imagePath(), parts.attributes(), layout.fileBytes(), new DiskContent(layout, parent != null));
    }

    /** For an image that another process wrote to its end: nobody but a whole reading knows the hashes, should they be gone. */
    void imageIsWritten() throws IOException {
        if (!parts.hashes().has(what.image())) {
            hashAll();
        }
    }

    /** The hashes of its clusters; asked for when the image has been read. */
    ImageMember hashMember() throws IOException {
        done = true;
        Content content = () ->
                Channels.newInputStream(parts.files().openRead(parts.hashes().pathOf(what.image())));
        return ImageMember.file(
                what.hashesPath(), parts.attributes(), HashFileFormat.lengthOf(wanted.clusters()), content);
    }

    /** Whether both members have been handed out. */
    boolean isDone() {
        return done;
    }

    private void note(Qcow2Layout layout) throws IOException {
        long bytes = layout.data().count() * ClusterSet.CLUSTER_BYTES;
        parts.watch()
                .note(what.disk() + " of " + ByteCount.of(disk.sizeBytes()) + ": " + wanted.reason() + "; image "
                        + what.fileName() + " has " + ByteCount.of(bytes)
                        + (what.parent() == null ? "" : " that changed since " + what.parent() + DiskToImage.SUFFIX));
    }

    private void hashAll() throws IOException {
        try (NewFile file = parts.hashes().create(what.image());
                HashedClusters clusters = new HashedClusters(disk.bytes(), wanted.clusters(), parts.executor())) {
            HashFileWriter hashes = new HashFileWriter(file.channel(), disk.sizeBytes(), wanted.clusters());
            for (HashedClusters.Piece piece = clusters.next(); piece != null; piece = clusters.next()) {
                hashes.add(piece.hashes());
                clusters.giveBack(piece);
                parts.watch().working();
            }
            hashes.finish();
            parts.hashes().publish(file);
        }
    }

    private Delta delta(String parent) throws IOException {
        try (HashFileReader before = parts.hashes().open(parent);
                HashFileReader now = parts.hashes().open(what.image())) {
            return Delta.between(before, now);
        }
    }

    private InputStream hashedWhileRead(Qcow2Layout layout) throws IOException {
        NewFile file = parts.hashes().create(what.image());
        try {
            HashFileWriter hashes = new HashFileWriter(file.channel(), disk.sizeBytes(), wanted.clusters());
            return reading(
                    layout,
                    piece -> hashes.add(piece.hashes()),
                    () -> {
                        hashes.finish();
                        parts.hashes().publish(file);
                    },
                    file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The second reading of what has changed has to find what the first one found. */
    private InputStream comparedWhileRead(Qcow2Layout layout) throws IOException {
        HashFileReader now = parts.hashes().open(what.image());
        return reading(layout, piece -> requireSame(piece, now), () -> {}, now::close);
    }

    private void requireSame(HashedClusters.Piece piece, HashFileReader now) throws IOException {
        for (int i = 0; i < piece.clusters(); i++) {
            while (now.peek() < piece.firstCluster() + i) {
                now.next();
            }
            byte[] hash = now.next();
            int at = i * ClusterHash.BYTES;
            if (!Arrays.equals(piece.hashes(), at, at + ClusterHash.BYTES, hash, 0, ClusterHash.BYTES)) {
                throw new BackupException(
                        DiskImageFault.SOURCE_CHANGED,
                        "cluster " + (piece.firstCluster() + i) + " of " + what.disk()
                                + " was changed between two readings of it",
                        "Image a snapshot of it, or see to it that nobody writes there meanwhile.");
            }
        }
    }

    private InputStream reading(Qcow2Layout layout, SequentialDisk.Pieces pieces, AtEnd atEnd, Closeable alongside) {
        HashedClusters clusters = new HashedClusters(disk.bytes(), layout.data(), parts.executor());
        Qcow2Writer image = new Qcow2Writer(layout, new SequentialDisk(clusters, disk.sizeBytes(), pieces));
        return new ImageBytes(
                image,
                clusters,
                () -> {
                    atEnd.reached();
                    disk.requireStill();
                },
                alongside);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    /** The image's bytes, the same each time that it is opened as long as the disk stands still. */
    private final class DiskContent implements Content {
        private final Qcow2Layout layout;
        private final boolean hashed;

        /** @param hashed whether the disk has been read before */
        DiskContent(Qcow2Layout layout, boolean hashed) {
            this.layout = layout;
            this.hashed = hashed;
        }

        @Override
        public InputStream open() throws IOException {
            return hashed ? comparedWhileRead(layout) : hashedWhileRead(layout);
        }

        @Override
        public String identity() {
            return layout.fileBytes() + " bytes of " + disk.sizeBytes();
        }
    }

    /** What is done before the image's end is told. */
    private interface AtEnd {
        void reached() throws IOException;
    }

    /** The image file's bytes. */
    private static final class ImageBytes extends ByteStream {
        private final Qcow2Writer image;
        private final HashedClusters clusters;
        private final Closeable alongside;
        private @Nullable AtEnd atEnd;

        ImageBytes(Qcow2Writer image, HashedClusters clusters, AtEnd atEnd, Closeable alongside) {
            this.image = image;
            this.clusters = clusters;
            this.atEnd = atEnd;
            this.alongside = alongside;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int n = image.read(into);
            AtEnd end = atEnd;
            if (n < 0 && end != null) {
                atEnd = null;
                end.reached();
            }
            return n;
        }

        @Override
        public boolean isOpen() {
            return image.isOpen();
        }

        @Override
        public void close() throws IOException {
            image.close();
            try (alongside) {
                clusters.close();
            }
        }
    }
}
