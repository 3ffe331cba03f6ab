package io.saddlebag.diskimage;

import io.saddlebag.disk.Disks;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.PartEnd;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The members of an image of disks: for each disk its qcow2 image and the hashes of its clusters. A disk is opened when its turn
 * comes and held until its members have been read, so that nobody mounts it meanwhile; of an overlay everything that is used is
 * read and hashed before, to learn what has changed.
 */
public final class DiskImageSource implements ImageSource {
    private final Parts parts;
    private final Iterator<DiskToImage> rest;
    private @Nullable DiskImaging current;

    /**
     * What imaging works with.
     *
     * @param executor reads and hashes ahead; may be any
     * @param attributes of the members
     */
    public record Parts(
            Disks disks,
            HostFiles files,
            HashStore hashes,
            Executor executor,
            Watch watch,
            MemberAttributes attributes) {}

    public DiskImageSource(Parts parts, List<DiskToImage> disks) {
        this.parts = parts;
        this.rest = disks.iterator();
    }

    /**
     * What comes behind the end of a part, and first the file in which that is (D6). The disks hold what they held.
     *
     * @throws IllegalArgumentException when the part ends behind none of their members
     */
    public static DiskImageSource behind(PartEnd end, Parts parts, List<DiskToImage> disks) throws IOException {
        if (end.isBeforeObjects()) {
            return new DiskImageSource(parts, disks);
        }
        for (int i = 0; i < disks.size(); i++) {
            DiskToImage disk = disks.get(i);
            if (end.last().equals(disk.imagePath())) {
                DiskImageSource rest = new DiskImageSource(parts, disks.subList(i, disks.size()));
                if (end.within() == null) {
                    rest.passImage();
                }
                return rest;
            }
            if (end.last().equals(disk.hashesPath())) {
                return new DiskImageSource(parts, disks.subList(i + 1, disks.size()));
            }
        }
        throw new IllegalArgumentException("no disk of " + disks + " has a member " + end.last());
    }

    /** The first disk's image is written, and its hashes come next. */
    private void passImage() throws IOException {
        DiskImaging next = new DiskImaging(parts, rest.next());
        current = next;
        next.imageIsWritten();
    }

    /**
     * Looks whether the disks can be imaged, before anything is written anywhere.
     *
     * @throws io.saddlebag.fault.BackupException with a {@link DiskImageFault} or a
     *     {@link io.saddlebag.filesystem.FileSystemFault}
     */
    public static void requireImageable(Disks disks, List<DiskToImage> each) throws IOException {
        for (DiskToImage one : each) {
            try (OpenedDisk disk = OpenedDisk.open(disks, one.disk())) {
                WantedClusters.of(disks, one.disk(), disk.bytes(), one.blocks());
            }
        }
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        DiskImaging imaging = current;
        if (imaging != null && !imaging.isDone()) {
            return imaging.hashMember();
        }
        close();
        if (!rest.hasNext()) {
            return null;
        }
        DiskImaging next = new DiskImaging(parts, rest.next());
        current = next;
        return next.imageMember();
    }

    @Override
    public void close() throws IOException {
        DiskImaging imaging = current;
        current = null;
        if (imaging != null) {
            imaging.close();
        }
    }
}
