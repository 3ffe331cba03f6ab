package io.saddlebag.restore;

import io.saddlebag.recovery.Failover;
import io.saddlebag.recovery.Medium;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How freely a restore chooses what it reads (R3, R5) and whether it reads what is in place already (R6).
 *
 * @param media that may be read, at least one
 * @param newNames patterns of files that get other names (R2); the first that fits wins
 * @param parts whether parts of a database may get new places
 * @param failover how far it may go from a backup that can't be read; null for what its selector stands for
 */
public record RestoreChoices(
        Set<Medium> media, @Nullable Failover failover, InPlace inPlace, List<NewName> newNames, Parts parts) {
    /** Any medium, and what is in place is left alone. */
    public static final RestoreChoices DEFAULT = new RestoreChoices(Medium.ANY, null, InPlace.LEFT_ALONE, List.of());

    /** Parts of a database stay where they were. */
    public RestoreChoices(Set<Medium> media, @Nullable Failover failover, InPlace inPlace, List<NewName> newNames) {
        this(media, failover, inPlace, newNames, Parts.WHERE_THEY_WERE);
    }

    /** Where the parts of a database are that it uses from then on (R2). */
    public enum Parts {
        WHERE_THEY_WERE,
        /** Those that have a mapping are used where that puts them. */
        SWITCHED
    }

    /** What becomes of a file that is in its place as it was backed up, by all that can be told without reading it. */
    public enum InPlace {
        /** It isn't restored. */
        LEFT_ALONE,
        /** It is restored as any other. */
        RESTORED
    }

    public RestoreChoices {
        media = Set.copyOf(media);
        newNames = List.copyOf(newNames);
        if (media.isEmpty()) {
            throw new IllegalArgumentException("no medium is allowed; valid are " + Medium.display(Medium.ANY));
        }
    }

    /**
     * From options, null for what wasn't said.
     *
     * @param media names with commas between
     * @throws IllegalArgumentException saying what would be valid
     */
    public static RestoreChoices parse(@Nullable String media, @Nullable String failover, boolean force) {
        return new RestoreChoices(
                media == null ? Medium.ANY : Medium.parse(media),
                failover == null ? null : Failover.parse(failover),
                force ? InPlace.RESTORED : InPlace.LEFT_ALONE,
                List.of());
    }

    /** The same choices with new names for files, each {@code PATTERN=TEMPLATE}. */
    public RestoreChoices naming(List<String> patterns) {
        return new RestoreChoices(
                media, failover, inPlace, patterns.stream().map(NewName::parse).toList(), parts);
    }

    /** The same choices, and restored parts in new places become the database's current ones. */
    public RestoreChoices switched() {
        return new RestoreChoices(media, failover, inPlace, newNames, Parts.SWITCHED);
    }

    /**
     * How far a restore of that backup may go. Whoever asks for the latest wants what there is; whoever names a backup or a point
     * doesn't silently get an older one.
     */
    Failover failoverOf(BackupSelector selector) {
        Failover said = failover;
        if (said != null) {
            return said == Failover.PREVIOUS && selector instanceof BackupSelector.ById ? Failover.COPIES : said;
        }
        return selector instanceof BackupSelector.Latest || selector instanceof BackupSelector.InOrder
                ? Failover.PREVIOUS
                : Failover.COPIES;
    }
}
