package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.level.BackupChain;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.volume.VolumeRegister;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds backups that won't live as long as one that was made on top of them (D2): without them it is worth nothing. */
final class ParentExpiry {
    private final Catalog catalog;
    private final VolumeRegister volumes;

    ParentExpiry(Catalog catalog, VolumeRegister volumes) {
        this.catalog = catalog;
        this.volumes = volumes;
    }

    /** A sentence for people; empty when there is nothing to say. */
    Optional<String> warning(Backup backup) throws IOException {
        List<Backup> chain = BackupChain.of(catalog, backup).oldestFirst();
        Instant own = expires(backup);
        for (Backup below : chain.subList(0, chain.size() - 1)) {
            Instant its = expires(below);
            if (its.isBefore(own)) {
                return Optional.of("backup " + backup.id() + " can be restored until " + its
                        + " only: then backup " + below.id()
                        + ", on top of which it was made, may be written over on volume "
                        + String.join(", ", below.places())
                        + "; give its media family a longer retention");
            }
        }
        return Optional.empty();
    }

    /** When the first of its volumes may be written over. */
    private Instant expires(Backup backup) throws IOException {
        Instant first = Instant.MAX;
        for (VolumeId id :
                backup.sections().stream().map(StoredSection::volume).distinct().toList()) {
            Instant expires = volumes.find(id).map(Volume::expires).orElse(Instant.MAX);
            first = expires.isBefore(first) ? expires : first;
        }
        return first;
    }
}
