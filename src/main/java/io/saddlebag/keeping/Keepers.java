package io.saddlebag.keeping;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.pool.Lineage;
import io.saddlebag.volume.StoredSection;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The backups that somebody still counts on, and for how long each of the others is needed for them. Facts of one moment; one thread. */
final class Keepers {
    /** Those that stay longest first. */
    static final Comparator<Keeper> LONGEST_FIRST = Comparator.comparing(
                    Keeper::end, Comparator.nullsFirst(Comparator.reverseOrder()))
            .thenComparing(keeper -> keeper.backup().id());

    private final Map<VolumeId, Volume> volumes;
    private final Lineage lineage;
    private final Instant now;
    private final Map<String, Backup> byImage = new HashMap<>();
    private final List<Backup> there;

    /**
     * A backup that stays.
     *
     * @param end when it goes by itself; null when nobody can say
     * @param until the same for people
     */
    record Keeper(Backup backup, @Nullable Instant end, String until) {}

    /** @param there all that are complete or being written, wherever they are */
    Keepers(List<Backup> there, Map<VolumeId, Volume> volumes, Lineage lineage, Instant now) {
        this.there = there;
        this.volumes = volumes;
        this.lineage = lineage;
        this.now = now;
        for (Backup backup : there) {
            if (backup.state() == Backup.State.COMPLETE) {
                byImage.put(backup.about().imageId(), backup);
            }
        }
    }

    /**
     * What stays by its own date, and can be restored. What has expired needs nothing; nor does what was given back, or has lost what it
     * is based on: else volumes would wait for each other until a library is full.
     *
     * @param without what is on this volume doesn't count
     */
    List<Keeper> besides(VolumeId without) {
        return there.stream()
                .filter(backup -> !isOn(backup, without))
                .flatMap(backup -> keeper(backup).stream())
                .sorted(LONGEST_FIRST)
                .toList();
    }

    /** What these are based on, directly or not, and which of them needs it longest. */
    Map<BackupId, Keeper> bases(List<Keeper> longestFirst) {
        Map<BackupId, Keeper> needed = new HashMap<>();
        for (Keeper keeper : longestFirst) {
            for (Backup parent : below(keeper.backup())) {
                if (needed.putIfAbsent(parent.id(), keeper) != null) {
                    break; // and so is everything below
                }
            }
        }
        return needed;
    }

    static boolean isOn(Backup backup, VolumeId volume) {
        return backup.sections().stream().anyMatch(section -> section.volume().equals(volume));
    }

    private Optional<Keeper> keeper(Backup backup) {
        if (!isWhole(backup)) {
            return Optional.empty();
        }
        if (backup.state() == Backup.State.WRITING) {
            return Optional.of(new Keeper(backup, null, "is being written"));
        }
        List<Volume> on = backup.sections().stream()
                .map(StoredSection::volume)
                .distinct()
                .flatMap(id -> Stream.ofNullable(volumes.get(id)))
                .toList();
        if (on.stream()
                .anyMatch(each -> each.state() == Volume.State.REUSABLE || Expiry.hasPassed(each.expires(), now))) {
            return Optional.empty();
        }
        Instant end = Stream.concat(
                        on.stream().flatMap(each -> Stream.ofNullable(each.expires())),
                        backup.files().stream().flatMap(file -> Stream.ofNullable(file.expires())))
                .min(Comparator.naturalOrder())
                .orElse(null);
        if (end != null && !end.isAfter(now)) {
            // its pool alone knows how many of a name it keeps, and what for
            return Optional.of(new Keeper(backup, null, "stays until its pool is pruned of it"));
        }
        return Optional.of(new Keeper(backup, end, end == null ? "never expires" : "is kept until " + end));
    }

    private boolean isWhole(Backup backup) {
        Optional<String> above = lineage.parentImage(backup);
        List<Backup> chain = below(backup);
        return above.isEmpty()
                || (!chain.isEmpty()
                        && lineage.parentImage(chain.get(chain.size() - 1)).isEmpty());
    }

    /** The nearest first, as far as they are there. */
    private List<Backup> below(Backup backup) {
        Deque<Backup> chain = new ArrayDeque<>();
        Set<BackupId> seen = new HashSet<>();
        Backup at = lineage.parentImage(backup).map(byImage::get).orElse(null);
        while (at != null && seen.add(at.id())) {
            chain.addLast(at);
            at = lineage.parentImage(at).map(byImage::get).orElse(null);
        }
        return List.copyOf(chain);
    }
}
