package io.saddlebag.diskimage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What catalog and image say of a backup of disks, beside what they say of every backup.
 *
 * @param level as D2 has it
 * @param parent id of the image that this one is an overlay of; null for a full one
 */
public record VolumeFacts(int level, @Nullable String parent, List<Volume> volumes) {
    private static final String KIND = "kind";
    private static final String VOLUMES = "volumes";
    private static final String LEVEL = "level";
    private static final String PARENT = "parent";
    private static final Pattern IMAGE_NAME = Pattern.compile("volume\\.\\d+\\.image");

    /** More than anybody images at once. */
    private static final int MAX_VOLUMES = 1000;

    public VolumeFacts {
        volumes = List.copyOf(volumes);
    }

    /**
     * One disk of it.
     *
     * @param source as it was asked for: a device, a file, a mount point
     * @param image name of the disk's image without {@code .qcow2}
     * @param parent that of the image below; null for a full one
     * @param sizeBytes of the disk
     */
    public record Volume(
            String source, String image, @Nullable String parent, long sizeBytes) {
        /** Of the image's file. */
        public String fileName() {
            return image + DiskToImage.SUFFIX;
        }
    }

    /** Without what no other backup of the same disks has: the names of its images. Facts of anything else stay as they are. */
    public static Map<String, String> withoutNames(Map<String, String> facts) {
        Map<String, String> rest = new LinkedHashMap<>(facts);
        if (VOLUMES.equals(facts.get(KIND))) {
            rest.keySet().removeIf(name -> IMAGE_NAME.matcher(name).matches());
        }
        return rest;
    }

    /** Empty for a full image. */
    public Optional<String> parentImage() {
        return Optional.ofNullable(parent);
    }

    public Map<String, String> toMap() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(KIND, VOLUMES);
        facts.put(LEVEL, Integer.toString(level));
        if (parent != null) {
            facts.put(PARENT, parent);
        }
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            facts.put("volume." + i + ".source", volume.source());
            facts.put("volume." + i + ".image", volume.image());
            facts.put("volume." + i + ".bytes", Long.toString(volume.sizeBytes()));
            String below = volume.parent();
            if (below != null) {
                facts.put("volume." + i + ".parent", below);
            }
        }
        return facts;
    }

    /** Empty for a backup of something else. What doesn't make sense is left out. */
    public static Optional<VolumeFacts> of(Map<String, String> facts) {
        if (!VOLUMES.equals(facts.get(KIND))) {
            return Optional.empty();
        }
        List<Volume> volumes = new ArrayList<>();
        for (int i = 0; i < MAX_VOLUMES; i++) {
            String source = facts.get("volume." + i + ".source");
            String image = facts.get("volume." + i + ".image");
            String bytes = facts.getOrDefault("volume." + i + ".bytes", "");
            if (source == null || image == null || !bytes.matches("\\d{1,18}")) {
                break;
            }
            volumes.add(new Volume(source, image, facts.get("volume." + i + ".parent"), Long.parseLong(bytes)));
        }
        String level = facts.getOrDefault(LEVEL, "");
        return Optional.of(
                new VolumeFacts(level.matches("\\d{1,2}") ? Integer.parseInt(level) : 0, facts.get(PARENT), volumes));
    }
}
