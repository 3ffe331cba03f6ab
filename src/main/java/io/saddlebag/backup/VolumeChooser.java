package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.diskimage.DiskImageSource;
import io.saddlebag.diskimage.DiskToImage;
import io.saddlebag.diskimage.VolumeFacts;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is imaged and what each image is an overlay of: the parent has to be a whole backup with all below it, and its
 * hashes have to be here. Where something is missing, the image is a full one, and the job says why.
 */
final class VolumeChooser {
    private static final int MAX_NAME = 80;

    private final Catalog catalog;
    private final JobRun job;
    private final VolumeImaging imaging;
    private final VolumeOptions options;

    VolumeChooser(BackupServices services, JobRun job, VolumeImaging imaging, VolumeOptions options) {
        this.catalog = services.catalog();
        this.job = job;
        this.imaging = imaging;
        this.options = options;
    }

    VolumeFacts choose(String name, String imageId, List<Snapshot.View> views) throws IOException {
        forgetOldHashes();
        Backup parent = options.level() == VolumeOptions.FULL ? null : parent(name);
        List<DiskToImage> disks = new ArrayList<>();
        List<VolumeFacts.Volume> volumes = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            Snapshot.View view = views.get(i);
            String source = view.source().toString();
            String image = plain(name) + (views.size() == 1 ? "" : "-" + (i + 1)) + "-" + imageId;
            String below = parent == null ? null : imageBelow(parent, source);
            Path disk = imaging.disks().diskOf(view.frozen());
            disks.add(new DiskToImage(disk, image, below, options.blocks()));
            volumes.add(new VolumeFacts.Volume(
                    source, image, below, imaging.disks().status(disk).sizeBytes()));
        }
        DiskImageSource.requireImageable(imaging.disks(), disks);
        boolean overlay = volumes.stream().anyMatch(volume -> volume.parent() != null);
        int level = overlay ? options.level() : VolumeOptions.FULL;
        String parentImage = parent == null || !overlay ? null : parent.about().imageId();
        return new VolumeFacts(level, parentImage, volumes);
    }

    /** As part of a file's name. */
    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        return plain.isEmpty() ? "volume" : plain.substring(0, Math.min(plain.length(), MAX_NAME));
    }

    private @Nullable Backup parent(String name) throws IOException {
        List<Backup> all = catalog.backups(Catalog.Filter.completeOf(name));
        for (int i = all.size() - 1; i >= 0; i--) {
            Backup candidate = all.get(i);
            Optional<VolumeFacts> facts = VolumeFacts.of(candidate.about().facts());
            if (facts.isPresent()
                    && (options.level() == VolumeOptions.INCREMENTAL
                            || facts.get().level() < options.level())) {
                Optional<String> fault = VolumeLineage.faultOf(catalog, candidate);
                if (fault.isPresent()) {
                    job.warn("the image is a full one: " + fault.get());
                    return null;
                }
                return candidate;
            }
        }
        job.transcript().line("the image is a full one: there is no earlier image of " + name + " to begin with");
        return null;
    }

    private @Nullable String imageBelow(Backup parent, String source) throws IOException {
        Optional<VolumeFacts.Volume> volume = VolumeFacts.of(parent.about().facts())
                .flatMap(facts -> facts.volumes().stream()
                        .filter(each -> each.source().equals(source))
                        .findFirst());
        if (volume.isEmpty()) {
            job.transcript().line("the image of " + source + " is a full one: it isn't in backup " + parent.id());
            return null;
        }
        String image = volume.get().image();
        try {
            imaging.hashes().requireSound(image);
            return image;
        } catch (BackupException e) {
            job.warn("the image of " + source + " is a full one: " + e.what());
            return null;
        }
    }

    /** Those of backups that are gone, and of all before the newest full one of their name. */
    private void forgetOldHashes() throws IOException {
        Set<String> wanted = new HashSet<>();
        Set<String> done = new HashSet<>();
        List<Backup> all = catalog.backups(Catalog.Filter.ALL);
        for (int i = all.size() - 1; i >= 0; i--) {
            Backup backup = all.get(i);
            Optional<VolumeFacts> facts = VolumeFacts.of(backup.about().facts());
            boolean mayBeParent = backup.state() == Backup.State.COMPLETE || backup.state() == Backup.State.WRITING;
            String name = backup.about().name();
            if (facts.isPresent() && mayBeParent && !done.contains(name)) {
                facts.get().volumes().forEach(volume -> wanted.add(volume.image()));
                if (facts.get().level() == VolumeOptions.FULL && backup.state() == Backup.State.COMPLETE) {
                    done.add(name);
                }
            }
        }
        imaging.hashes().keepOnly(wanted::contains);
    }
}
