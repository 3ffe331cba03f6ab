package io.saddlebag.volume;

import io.saddlebag.media.Cartridge;
import io.saddlebag.media.Decision;
import io.saddlebag.media.Eligibility;
import io.saddlebag.media.Hold;
import io.saddlebag.media.Holds;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.Wish;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides on volumes by all that the catalog knows: the only place that asks {@link Dependents}, and the only way to a volume that is
 * written over (J13, M15, M21).
 */
final class Clearance {
    private final VolumeRegister register;
    private final Dependents dependents;

    Clearance(VolumeRegister register, Dependents dependents) {
        this.register = register;
        this.dependents = dependents;
    }

    /** What can be used, the best first. While something can be appended to, nobody asks what is needed of the others. */
    List<Decision> decide(List<Cartridge> cartridges, Wish wish) throws IOException {
        List<Volume> volumes = register.volumes();
        List<Decision> byDate = Eligibility.decide(cartridges, volumes, wish, Holds.NONE);
        Optional<Decision.Use> best = byDate.stream()
                .map(Decision::use)
                .filter(use -> use != Decision.Use.NONE)
                .findFirst();
        Set<VolumeId> old = byDate.stream()
                .filter(each -> each.use() == Decision.Use.OVERWRITE)
                .map(Decision::volume)
                .flatMap(volume -> Optional.ofNullable(volume).stream())
                .map(Volume::id)
                .collect(Collectors.toSet());
        if (old.isEmpty() || best.filter(use -> use == Decision.Use.APPEND).isPresent()) {
            return byDate;
        }
        return Eligibility.decide(cartridges, volumes, wish, dependents.holds(old));
    }

    /** On one volume, whose label was read or is known. */
    Judgement judge(Volume volume, Wish wish) throws IOException {
        List<Volume> volumes = register.volumes();
        Decision.Reason byDate = Eligibility.judge(volume, volumes, wish, Holds.NONE);
        if (byDate.use() != Decision.Use.OVERWRITE) {
            return new Judgement(byDate, List.of());
        }
        Holds holds = dependents.holds(Set.of(volume.id()));
        return new Judgement(Eligibility.judge(volume, volumes, wish, holds), holds.of(volume.id()));
    }

    /** What may be done with a volume, and what needs it. */
    record Judgement(Decision.Reason reason, List<Hold> holds) {
        /** For people, behind the name of a volume. */
        String why() {
            return reason.text(holds);
        }

        Decision on(Cartridge cartridge, Volume volume) {
            return new Decision(cartridge, volume, reason, holds);
        }
    }

    /** What else needs these, whatever their date says. */
    Holds holds(Collection<VolumeId> volumes) throws IOException {
        return dependents.holds(volumes);
    }

    /** Why a volume must not be written over just now; null when nothing speaks against it. */
    @Nullable
    String objection(Volume volume) throws IOException {
        List<Hold> holds = dependents.holds(Set.of(volume.id())).of(volume.id());
        return holds.isEmpty() ? null : "volume " + volume.id() + " is needed: " + Holds.text(holds);
    }

    /**
     * Lets an operator destroy what is needed, or doesn't. Chains of journals are durably broken on return.
     *
     * @return whether anything was needed
     * @throws VolumeException {@link VolumeFault#NEEDED}, {@link VolumeFault#CHAIN_NEEDED}; nothing was changed then
     */
    boolean require(Volume volume, Overwrite allowed, Consumer<String> notes, Dependents.Alarm alarm)
            throws IOException {
        Holds holds = dependents.holds(Set.of(volume.id()));
        List<Hold> parents = holds.of(volume.id(), Hold.Kind.PARENT);
        List<Hold> journals = holds.of(volume.id(), Hold.Kind.JOURNALS);
        if (!parents.isEmpty() && !allowed.isInUse()) {
            throw new VolumeException(
                    VolumeFault.NEEDED,
                    "volume " + volume.id() + " is still needed: " + Holds.text(holds.of(volume.id())),
                    "Wait, or let what needs it go first. With --even-if-in-use (evenIfInUse) it goes all the same, and what is"
                            + " based on it can't be restored any more.");
        }
        if (!journals.isEmpty() && !allowed.breaksChains()) {
            throw new VolumeException(
                    VolumeFault.CHAIN_NEEDED,
                    "volume " + volume.id() + " is still needed: " + Holds.text(journals),
                    "Wait until that backup has gone. To give the journals up all the same, make a full backup of the database first"
                            + " and repeat with --break-chain (breakChain).");
        }
        parents.forEach(hold -> notes.accept("volume " + volume.id() + " goes by order, although " + hold.why()
                + ": that can't be restored any more"));
        if (!journals.isEmpty()) {
            dependents.breakChains(volume.id(), alarm);
        }
        return !parents.isEmpty() || !journals.isEmpty();
    }
}
