package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.diskimage.DiskImageFault;
import io.saddlebag.diskimage.VolumeFacts;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.qcow2.Qcow2Chain;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the images that a disk is made of, and refuses a target that can't take it, before anything is touched. */
final class VolumePlanner {
    /** A target whose beginning is all zeros holds nothing: each file system and partition table has something there. */
    private static final int LOOK_BYTES = 1 << 20;

    private static final long ROOM_MARGIN_BYTES = 16L << 20;

    private final Catalog catalog;
    private final HostFiles files;
    private final Disks disks;

    VolumePlanner(Catalog catalog, HostFiles files, Disks disks) {
        this.catalog = catalog;
        this.files = files;
        this.disks = disks;
    }

    VolumePlan plan(VolumeRequest request) throws IOException {
        Backup backup = new Selection(catalog).of(request.backup());
        List<VolumePlan.Step> steps = chain(backup, chosen(backup, request));
        VolumePlan plan = new VolumePlan(request, steps, kindOf(request.target()));
        if (plan.target() == DiskStatus.Kind.DEVICE) {
            requireDevice(plan);
        } else {
            requireFile(plan);
        }
        return plan;
    }

    private static VolumeFacts.Volume chosen(Backup backup, VolumeRequest request) throws BackupException {
        List<VolumeFacts.Volume> all =
                VolumeFacts.of(backup.about().facts()).map(VolumeFacts::volumes).orElse(List.of());
        String wanted = request.source();
        if (wanted == null && all.size() == 1) {
            return all.get(0);
        }
        return all.stream()
                .filter(volume -> volume.source().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new BackupException(
                        DiskImageFault.NOT_A_VOLUME,
                        "backup " + backup.id() + " of " + backup.about().name() + " "
                                + (all.isEmpty()
                                        ? "holds no images of disks"
                                        : "holds the disks "
                                                + all.stream()
                                                        .map(VolumeFacts.Volume::source)
                                                        .collect(Collectors.joining(", "))
                                                + (wanted == null ? "" : ", and not " + wanted)),
                        all.isEmpty()
                                ? "Restore its files with 'saddlebag restore', or choose a backup made by 'saddlebag image"
                                        + " backup'."
                                : "Say which of them."));
    }

    /** The full image first. */
    private List<VolumePlan.Step> chain(Backup newest, VolumeFacts.Volume wanted) throws IOException {
        Deque<VolumePlan.Step> steps = new ArrayDeque<>();
        steps.addFirst(new VolumePlan.Step(newest, wanted));
        while (steps.getFirst().volume().parent() != null) {
            VolumePlan.Step above = steps.getFirst();
            if (steps.size() >= Qcow2Chain.MAX_IMAGES) {
                throw broken(above, "the chain is longer than " + Qcow2Chain.MAX_IMAGES + " images");
            }
            String image = VolumeFacts.of(above.backup().about().facts())
                    .flatMap(VolumeFacts::parentImage)
                    .orElse("");
            Backup below = catalog.findImage(image)
                    .orElseThrow(() -> broken(above, "image " + image + " is not in the catalog"));
            if (below.state() != Backup.State.COMPLETE) {
                throw broken(
                        above,
                        "backup " + below.id() + " is " + below.state().name().toLowerCase(Locale.ROOT));
            }
            String parent = above.volume().parent();
            Optional<VolumeFacts.Volume> volume = VolumeFacts.of(below.about().facts())
                    .flatMap(facts -> facts.volumes().stream()
                            .filter(each -> each.image().equals(parent))
                            .findFirst());
            steps.addFirst(new VolumePlan.Step(
                    below, volume.orElseThrow(() -> broken(above, "backup " + below.id() + " holds no " + parent))));
        }
        return new ArrayList<>(steps);
    }

    private static BackupException broken(VolumePlan.Step above, String why) {
        return new BackupException(
                CatalogFault.NOT_COMPLETE,
                "backup " + above.backup().id() + " holds only what has changed since image "
                        + above.volume().parent() + ", and " + why,
                "Choose an older backup or a full one; 'saddlebag lsbu' lists them.");
    }

    private DiskStatus.Kind kindOf(Path target) throws IOException {
        if (!files.exists(target)) {
            return DiskStatus.Kind.FILE;
        }
        return disks.status(target).kind();
    }

    private void requireDevice(VolumePlan plan) throws IOException {
        Path target = plan.request().target();
        DiskStatus status = disks.status(target);
        requireUnused(status);
        if (status.sizeBytes() < plan.sizeBytes()) {
            throw unfit(
                    target + " has " + ByteCount.of(status.sizeBytes()) + ", the volume "
                            + ByteCount.of(plan.sizeBytes()) + " (" + status.sizeBytes() + " and " + plan.sizeBytes()
                            + " bytes)",
                    "Choose a larger device, or restore to a file.");
        }
        if (plan.request().occupied() == VolumeRequest.Occupied.REFUSE && !isBlank(target)) {
            throw occupied(target);
        }
    }

    private static void requireUnused(DiskStatus status) throws BackupException {
        if (!status.uses().isEmpty()) {
            throw new BackupException(
                    DiskFault.IN_USE,
                    status.path() + " is " + status.usesText(),
                    "Unmount it or end what uses it, or choose another target.");
        }
    }

    private boolean isBlank(Path device) throws IOException {
        try (ReadableDisk disk = disks.openRead(device)) {
            ByteBuffer head = ByteBuffer.allocate((int) Math.min(LOOK_BYTES, disk.sizeBytes()));
            disk.read(0, head);
            return head.flip().equals(ByteBuffer.allocate(head.limit()));
        }
    }

    private void requireFile(VolumePlan plan) throws IOException {
        Path target = plan.request().target().toAbsolutePath();
        if (files.exists(target)) {
            requireUnused(disks.status(target));
            if (plan.request().occupied() == VolumeRequest.Occupied.REFUSE) {
                throw occupied(target);
            }
        }
        Path folder = target.getParent();
        if (folder == null
                || !files.exists(folder)
                || !files.status(folder.toRealPath()).is(FileKind.FOLDER)) {
            throw unfit("there is no folder for the file " + target, "Make the folder, or choose another target.");
        }
        long stored = plan.steps().stream()
                .mapToLong(step -> step.backup().dataBytes())
                .sum();
        long needed = Math.min(plan.sizeBytes(), stored) + ROOM_MARGIN_BYTES;
        long usable = files.usableSpaceBytes(folder);
        if (usable < needed) {
            throw new BackupException(
                    RestoreFault.NO_ROOM,
                    "the volume needs up to " + ByteCount.of(needed) + " and the file system of " + folder + " has "
                            + ByteCount.of(usable) + " left",
                    "Free some space, or choose another target.");
        }
    }

    private static BackupException occupied(Path target) {
        return unfit(
                target + " holds something already",
                "Look with 'blkid' or 'file' what it is; --overwrite puts the volume in its place.");
    }

    private static BackupException unfit(String what, String hint) {
        return new BackupException(DiskImageFault.TARGET_UNFIT, what, hint);
    }
}
