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

/** What a backup that was just made means for those it was made on top of (D2): without them it is worth nothing. */
final class ParentExpiry {
    private final Catalog catalog;
    private final VolumeRegister volumes;

    ParentExpiry(Catalog catalog, VolumeRegister volumes) {
        this.catalog = catalog;
        this.volumes = volumes;
    }

    /** That it is worth nothing: one below went while it was written, by order of somebody. Empty when nothing is wrong. */
    Optional<String> warning(Backup backup) throws IOException {
        String missing = BackupChain.of(catalog, backup).missing();
        return missing == null
                ? Optional.empty()
                : Optional.of("backup " + backup.id() + " can't be restored: " + missing + "; make one of everything");
    }

    /** Which volume stays longer than its family says, since this backup needs it (M21); empty when none does. */
    Optional<String> note(Backup backup) throws IOException {
        List<Backup> chain = BackupChain.of(catalog, backup).oldestFirst();
        Instant own = expires(backup);
        for (Backup below : chain.subList(0, chain.size() - 1)) {
            Instant its = expires(below);
            if (its.isBefore(own)) {
                return Optional.of("backup " + below.id() + " on volume " + String.join(", ", below.places())
                        + " expires at " + its + ", and is kept "
                        + (own.equals(Instant.MAX)
                                ? "as long as backup " + backup.id()
                                : "until " + own + " for backup " + backup.id())
                        + ", which was made on top of it");
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
