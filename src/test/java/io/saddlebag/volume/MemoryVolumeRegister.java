package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A register whose every change is durable at once: it survives power losses of the simulated machine. */
public final class MemoryVolumeRegister implements VolumeRegister {
    private final Map<VolumeId, Volume> volumes = new TreeMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final List<MediaFamily> families = new ArrayList<>();
    private Consumer<VolumeId> listener = volume -> {};

    /** Who is told when a volume is forgotten: a catalog loses its backups then. */
    MemoryVolumeRegister telling(Consumer<VolumeId> forgotten) {
        listener = forgotten;
        return this;
    }

    MemoryVolumeRegister with(MediaFamily family) {
        families.add(family);
        return this;
    }

    MemoryVolumeRegister startingAt(String sequence, long last) {
        sequences.put(sequence, last);
        return this;
    }

    /** As it is now, for a catalog that is restored later. */
    synchronized MemoryVolumeRegister copy() {
        MemoryVolumeRegister copy = new MemoryVolumeRegister();
        copy.volumes.putAll(volumes);
        copy.sequences.putAll(sequences);
        copy.families.addAll(families);
        return copy;
    }

    @Override
    public synchronized VolumeId nextId(String sequence, String prefix) {
        return VolumeIds.format(prefix, sequences.merge(sequence, 1L, Long::sum));
    }

    @Override
    public synchronized List<Volume> volumes() {
        return List.copyOf(volumes.values());
    }

    @Override
    public synchronized Optional<Volume> find(VolumeId id) {
        return Optional.ofNullable(volumes.get(id));
    }

    @Override
    public synchronized Optional<Volume> find(Barcode barcode) {
        return volumes.values().stream()
                .filter(v -> barcode.equals(v.barcode()))
                .findFirst();
    }

    @Override
    public synchronized void record(Volume volume) {
        boolean taken = volume.barcode() != null
                && volumes.values().stream()
                        .anyMatch(v ->
                                !v.id().equals(volume.id()) && volume.barcode().equals(v.barcode()));
        if (taken) {
            throw new IllegalStateException("two volumes with barcode " + volume.barcode());
        }
        volumes.put(volume.id(), volume);
    }

    @Override
    public synchronized void forget(VolumeId id) {
        volumes.remove(id);
        listener.accept(id);
    }

    @Override
    public synchronized List<MediaFamily> families() {
        return List.copyOf(families);
    }

    @Override
    public synchronized void defineFamilies(List<MediaFamily> defined) {
        families.removeIf(old -> defined.stream().anyMatch(each -> each.name().equals(old.name())));
        families.addAll(defined);
    }
}
