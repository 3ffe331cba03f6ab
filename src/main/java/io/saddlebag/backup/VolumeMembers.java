package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.diskimage.DiskImageSource;
import io.saddlebag.diskimage.DiskToImage;
import io.saddlebag.diskimage.Watch;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import io.saddlebag.image.PartEnd;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Images of disks as a source's objects. */
final class VolumeMembers implements SourceMembers {
    /** Nobody else may read what a file system keeps from its users. */
    private static final int MODE = 0600;

    private static final Duration RENEW_EVERY = Duration.ofSeconds(1);

    private final BackupServices services;
    private final BackupRun run;
    private final VolumeImaging imaging;
    private final List<DiskToImage> disks;
    private final Instant at;

    VolumeMembers(BackupServices services, BackupRun run, VolumeImaging imaging, List<DiskToImage> disks, Instant at) {
        this.services = services;
        this.run = run;
        this.imaging = imaging;
        this.disks = disks;
        this.at = at;
    }

    @Override
    public ImageSource all() {
        return of(disks);
    }

    @Override
    public ImageSource behind(PartEnd end, CatalogState image) throws IOException {
        return DiskImageSource.behind(end, parts(), disks);
    }

    @Override
    public String extent() {
        return disks.stream().map(disk -> disk.blocks().toString()).collect(Collectors.joining("\n"));
    }

    /** A disk's members stay together: the hashes are known when the image has been read. */
    @Override
    public LaneShares deal(int lanes) {
        return index -> {
            List<DiskToImage> share = new ArrayList<>();
            for (int i = index; i < disks.size(); i += lanes) {
                share.add(disks.get(i));
            }
            return of(share);
        };
    }

    @Override
    public CatalogFiller.Damage damage() {
        return CatalogFiller.Damage.IS_FATAL;
    }

    private ImageSource of(List<DiskToImage> share) {
        return new DiskImageSource(parts(), share);
    }

    private DiskImageSource.Parts parts() {
        return new DiskImageSource.Parts(
                imaging.disks(),
                services.files(),
                imaging.hashes(),
                services.workers(),
                new Renewing(services.waiter().nanos()),
                MemberAttributes.of(MODE, Owner.ROOT, MemberTimes.modified(at)));
    }

    /** Looking for what has changed takes long, and nobody else says meanwhile that work goes on. */
    private final class Renewing implements Watch {
        private long renewedNanos;

        Renewing(long renewedNanos) {
            this.renewedNanos = renewedNanos;
        }

        @Override
        public void working() throws IOException {
            long now = services.waiter().nanos();
            if (now - renewedNanos >= RENEW_EVERY.toNanos()) {
                renewedNanos = now;
                run.renewLeases();
                run.job().checkCancelled();
            }
        }

        @Override
        public void note(String line) throws IOException {
            run.job().transcript().line(line);
        }
    }
}
