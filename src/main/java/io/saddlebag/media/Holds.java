package io.saddlebag.media;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which volumes something else needs, of those that were asked about. */
public record Holds(Map<VolumeId, List<Hold>> byVolume) {
    /** Nothing needs anything. */
    public static final Holds NONE = new Holds(Map.of());

    public Holds {
        Map<VolumeId, List<Hold>> copy = new LinkedHashMap<>();
        byVolume.forEach((volume, all) -> copy.put(volume, List.copyOf(all)));
        byVolume = copy;
    }

    /** Empty when nothing needs it. */
    public List<Hold> of(VolumeId volume) {
        return byVolume.getOrDefault(volume, List.of());
    }

    /** Of one kind only. */
    public List<Hold> of(VolumeId volume, Hold.Kind kind) {
        return of(volume).stream().filter(hold -> hold.kind() == kind).toList();
    }

    /** For people, behind {@code is needed: }. */
    public static String text(List<Hold> holds) {
        return holds.stream().map(Hold::why).collect(Collectors.joining("; and "));
    }
}
