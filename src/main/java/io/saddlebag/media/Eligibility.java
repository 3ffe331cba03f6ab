package io.saddlebag.media;

import io.saddlebag.media.Decision.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which cartridges may be written on, and in which order they are tried (M10, M15, M21). Appending comes first, then
 * blank cartridges, then what may be written over: as long as there is anything else, nothing old is destroyed.
 */
public final class Eligibility {
    private Eligibility() {}

    /**
     * Decides on every cartridge.
     *
     * @param volumes all that the catalog knows, also those that are not in the library: the newest of a family counts
     *     wherever it is
     * @param holds what else needs those that could be written over
     * @return what can be used, the best first, and then what is passed over
     */
    public static List<Decision> decide(List<Cartridge> cartridges, List<Volume> volumes, Wish wish, Holds holds) {
        List<Decision> decisions = new ArrayList<>();
        for (Cartridge cartridge : cartridges) {
            Volume volume = cartridge.barcode() == null
                    ? null
                    : volumes.stream()
                            .filter(v -> cartridge.barcode().equals(v.barcode()))
                            .findFirst()
                            .orElse(null);
            Reason reason = reason(cartridge, volume, volumes, wish, holds);
            decisions.add(new Decision(cartridge, volume, reason, volume == null ? List.of() : holds.of(volume.id())));
        }
        decisions.sort(Comparator.comparing((Decision d) -> !isExpected(d, wish))
                .thenComparing(d -> isOtherThanExpected(d, wish))
                .thenComparing(Decision::use)
                .thenComparing(Decision::reason)
                .thenComparing(
                        d -> d.volume() == null || !Objects.equals(d.volume().family(), wish.family()))
                .thenComparing(d ->
                        Optional.ofNullable(d.volume()).map(Volume::expires).orElse(Instant.MAX))
                .thenComparing(d -> d.cartridge().at()));
        return List.copyOf(decisions);
    }

    /** The label that was asked for comes before all others, if it can be used. */
    private static boolean isExpected(Decision d, Wish wish) {
        return d.volume() != null && d.volume().id().equals(wish.expected()) && d.use() != Decision.Use.NONE;
    }

    /** Nobody has to be asked about blank cartridges. */
    private static boolean isOtherThanExpected(Decision d, Wish wish) {
        return wish.expected() != null && d.volume() != null && !d.volume().id().equals(wish.expected());
    }

    /** Decides on one volume whose label was read. */
    public static Reason judge(Volume volume, List<Volume> volumes, Wish wish, Holds holds) {
        if (volume.state() == Volume.State.SUSPECT) {
            return Reason.SUSPECT;
        }
        boolean mayOverwrite = VolumeRights.mayOverwrite(volume, wish.requester());
        if (!mayOverwrite && !VolumeRights.mayAppend(volume, wish.requester())) {
            return Reason.OTHER_OWNER;
        }
        if (volume.state() == Volume.State.REUSABLE) {
            return overwriting(volume, mayOverwrite, Reason.REUSABLE, holds);
        }
        if (Expiry.hasPassed(volume.expires(), wish.now())) {
            return overwriting(volume, mayOverwrite, Reason.EXPIRED, holds);
        }
        if (!Objects.equals(volume.family(), wish.family())) {
            return Reason.OTHER_FAMILY;
        }
        if (volume.state() == Volume.State.FULL) {
            return Reason.FULL;
        }
        if (Expiry.hasPassed(volume.writeWindowEnds(), wish.now())) {
            return Reason.WINDOW_CLOSED;
        }
        if (!VolumeRights.mayAppend(volume, wish.requester())) {
            return Reason.PROTECTED;
        }
        if (!volume.id().equals(wish.expected()) && !isNewest(volume, volumes, wish.sets())) {
            return Reason.NOT_NEWEST;
        }
        return switch (wish.purpose()) {
            case START_IMAGE -> Reason.NEWEST_OF_FAMILY;
            case BEGIN_SET -> volume.files() == 0 ? Reason.NEWEST_OF_FAMILY : Reason.NOT_EXPIRED;
            case CONTINUE_IMAGE -> Reason.NEEDS_OWN_VOLUME;
        };
    }

    /** What is needed stays, also what was given back: something was made on top of it since. */
    private static Reason overwriting(Volume volume, boolean mayOverwrite, Reason reason, Holds holds) {
        if (!mayOverwrite) {
            return Reason.OTHER_OWNER;
        }
        return holds.of(volume.id()).isEmpty() ? reason : Reason.NEEDED;
    }

    /** The volumes that the family's next image may be appended to, wherever they stand: at most one of a set. */
    public static List<Volume> appendable(List<Volume> volumes, Wish wish) {
        return volumes.stream()
                .filter(v -> judge(v, volumes, wish, Holds.NONE) == Reason.NEWEST_OF_FAMILY)
                .toList();
    }

    private static Reason reason(
            Cartridge cartridge, @Nullable Volume volume, List<Volume> volumes, Wish wish, Holds holds) {
        if (cartridge.barcode() != null && cartridge.barcode().isCleaning()) {
            return Reason.CLEANING;
        }
        if (cartridge.obstacle() != null) {
            return switch (cartridge.obstacle()) {
                case WRITE_PROTECTED -> Reason.WRITE_PROTECTED;
                case IN_USE -> Reason.IN_USE;
                case IN_MAIL_SLOT -> Reason.IN_MAIL_SLOT;
                case NO_LOADER -> Reason.NO_LOADER;
                case IN_ANOTHER_DRIVE -> Reason.IN_ANOTHER_DRIVE;
                case TRIED_IN_VAIN -> Reason.TRIED_IN_VAIN;
            };
        }
        return volume == null ? Reason.UNKNOWN : judge(volume, volumes, wish, holds);
    }

    private static final Comparator<Volume> BY_AGE = Comparator.comparingLong(Eligibility::number)
            .thenComparing(Volume::created)
            .thenComparingInt(Volume::sequence)
            .thenComparing(Volume::id);

    /** Whether it is the newest of its set, and its set among the newest so many of the family. */
    private static boolean isNewest(Volume volume, List<Volume> volumes, int sets) {
        Map<VolumeId, Volume> newest = new HashMap<>();
        volumes.stream()
                .filter(v -> Objects.equals(v.family(), volume.family()))
                .filter(v -> v.state() != Volume.State.REUSABLE)
                .forEach(v -> newest.merge(v.set(), v, BinaryOperator.maxBy(BY_AGE)));
        long newerSets = newest.values().stream()
                .filter(v -> BY_AGE.compare(v, volume) > 0)
                .count();
        Volume ofItsSet = newest.getOrDefault(volume.set(), volume);
        return newerSets < sets && ofItsSet.id().equals(volume.id());
    }

    /** By the sequence and not by the clock: a clock that went back must not make an old volume the newest. */
    private static long number(Volume volume) {
        String prefix = volume.family() == null ? VolumeIds.DOMAIN.prefix() : volume.family() + "-";
        String id = volume.id().value();
        String digits = id.startsWith(prefix) ? id.substring(prefix.length()) : "";
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
    }
}
