package io.saddlebag.checkpoint;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.image.PartEnd;
import io.saddlebag.volume.StoredImage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an interrupted backup goes on from: parts of its image, each durable on its medium, and everything of them in the catalog.
 *
 * @param backup being written, in the catalog
 * @param job that wrote the newest part
 * @param settings what has to be the same for going on, by name
 * @param begun when the image's first byte was written
 * @param made when the newest part was durable
 * @param end of the newest part
 * @param parts all of them, with the labels of the image
 * @param snapshot id of the view that the image is made of, which is kept as long as this; null when the source itself is read
 * @param labelled when the first volume of its set was labelled, by the id of each volume of the parts
 */
public record Checkpoint(
        BackupId backup,
        String job,
        Map<String, String> settings,
        Instant begun,
        Instant made,
        PartEnd end,
        StoredImage parts,
        @Nullable String snapshot,
        Map<String, Instant> labelled) {
    public Checkpoint {
        settings = Map.copyOf(settings);
        labelled = Map.copyOf(labelled);
    }

    /** What is another now, for people; empty when all is the same. */
    public Optional<String> difference(Map<String, String> now) {
        TreeSet<String> names = new TreeSet<>(settings.keySet());
        names.addAll(now.keySet());
        return names.stream()
                .filter(name -> !settings.getOrDefault(name, "nothing").equals(now.getOrDefault(name, "nothing")))
                .findFirst()
                .map(name -> "its " + name + " was " + settings.getOrDefault(name, "nothing") + ", and is "
                        + now.getOrDefault(name, "nothing") + " now");
    }

    /** Where it is, for people. */
    public String place() {
        int count = parts.sections().size() + parts.files().size();
        String last = parts.files().isEmpty()
                ? "volume " + parts.sections().get(count - 1).volume()
                : parts.files().get(count - 1).place();
        return "byte " + end.offset() + " behind section " + count + " on " + last;
    }
}
