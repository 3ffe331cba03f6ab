package io.saddlebag.keeping;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.keeping.Keepers.Keeper;
import io.saddlebag.media.Hold;
import io.saddlebag.media.Holds;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.pool.Chains;
import io.saddlebag.pool.Lineage;
import io.saddlebag.volume.Dependents;
import io.saddlebag.volume.VolumeRegister;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the catalog what volumes are needed for (J13, M21), by the same lineage and chains as pools are pruned. Journals are held by backups
 * that are kept, and not by other journals. Thread-safe.
 */
public final class KeptVolumes implements Dependents {
    private final Parts parts;

    /**
     * What it asks.
     *
     * @param chains of journals, as they are now; used for one question
     * @param breaking gives journals up, and says so to that listener
     */
    public record Parts(
            Catalog catalog,
            VolumeRegister volumes,
            Lineage lineage,
            Supplier<Chains> chains,
            Function<JournalListener, ChainBreaking> breaking,
            Clock clock) {}

    /** One backup file of journals that is needed. */
    private record NeededJournals(Backup journals, Keeper by, String why) {}

    /** One backup that another one is based on. */
    private record NeededParent(Backup parent, Keeper by) {}

    public KeptVolumes(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Holds holds(Collection<VolumeId> asked) throws IOException {
        List<Backup> there = there();
        List<VolumeId> written = asked.stream()
                .distinct()
                .filter(volume -> there.stream().anyMatch(backup -> Keepers.isOn(backup, volume)))
                .toList();
        if (written.isEmpty()) {
            return Holds.NONE;
        }
        Keepers keepers = keepers(there);
        Chains chains = parts.chains().get();
        Map<VolumeId, List<Hold>> holds = new HashMap<>();
        for (VolumeId volume : written) {
            List<Keeper> others = keepers.besides(volume);
            List<Hold> all = new ArrayList<>();
            parent(there, volume, keepers.bases(others)).ifPresent(all::add);
            needed(there, volume, others, chains).stream()
                    .min((one, other) -> Keepers.LONGEST_FIRST.compare(one.by(), other.by()))
                    .ifPresent(each -> all.add(hold(each)));
            holds.put(volume, all);
        }
        return new Holds(holds);
    }

    private List<Backup> there() throws IOException {
        return parts.catalog().backups(Catalog.Filter.ALL).stream()
                .filter(backup -> backup.state() == Backup.State.COMPLETE || backup.state() == Backup.State.WRITING)
                .toList();
    }

    private Keepers keepers(List<Backup> there) throws IOException {
        Map<VolumeId, Volume> volumes =
                parts.volumes().volumes().stream().collect(Collectors.toMap(Volume::id, Function.identity()));
        return new Keepers(there, volumes, parts.lineage(), parts.clock().instant());
    }

    /** The backup on it that is needed longest. */
    private static Optional<Hold> parent(List<Backup> there, VolumeId volume, Map<BackupId, Keeper> needed) {
        return there.stream()
                .filter(backup -> Keepers.isOn(backup, volume))
                .flatMap(backup -> Stream.ofNullable(needed.get(backup.id())).map(by -> new NeededParent(backup, by)))
                .min((one, other) -> Keepers.LONGEST_FIRST.compare(one.by(), other.by()))
                .map(each -> new Hold(
                        Hold.Kind.PARENT,
                        named(each.by().backup()) + ", which " + each.by().until() + ", is based on backup "
                                + each.parent().id() + " on it",
                        each.by().end()));
    }

    private static Hold hold(NeededJournals needed) {
        return new Hold(
                Hold.Kind.JOURNALS,
                "backup " + needed.journals().id() + " on it holds journals: " + needed.why() + ", and "
                        + named(needed.by().backup()) + " " + needed.by().until(),
                needed.by().end());
    }

    private static String named(Backup backup) {
        return "backup " + backup.id() + " of " + backup.about().name();
    }

    private static List<NeededJournals> needed(List<Backup> there, VolumeId volume, List<Keeper> others, Chains chains)
            throws IOException {
        List<Keeper> databases = others.stream()
                .filter(keeper -> keeper.backup().about().database() != null)
                .toList();
        List<Backup> all = databases.stream().map(Keeper::backup).toList();
        List<NeededJournals> needed = new ArrayList<>();
        for (Backup backup : there) {
            boolean asked = backup.state() == Backup.State.COMPLETE && Keepers.isOn(backup, volume);
            if (asked && !chains.isGivenUp(backup) && chains.keeps(backup, all) != null) {
                for (Keeper keeper : databases) {
                    String why = chains.keeps(backup, List.of(keeper.backup()));
                    if (why != null) {
                        needed.add(new NeededJournals(backup, keeper, why));
                        break; // the others don't need it longer
                    }
                }
            }
        }
        return needed;
    }

    @Override
    public void breakChains(VolumeId volume, Alarm alarm) throws IOException {
        List<Backup> there = there();
        for (NeededJournals each : needed(
                there, volume, keepers(there).besides(volume), parts.chains().get())) {
            String source = ChainBreaking.sourceOf(each.journals()).orElseThrow();
            parts.breaking()
                    .apply((message, text) -> alarm.raise(source, message.name(), text))
                    .delete(source, each.journals().id(), ChainBreaking.Consent.BREAK_CHAIN);
        }
    }
}
