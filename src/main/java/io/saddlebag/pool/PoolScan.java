package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What stands in a pool, by its files alone. */
public final class PoolScan {
    private final List<String> paths;
    private final List<FoundImage> images;

    private PoolScan(List<String> paths, List<FoundImage> images) {
        this.paths = List.copyOf(paths);
        this.images = List.copyOf(images);
    }

    public static PoolScan of(Pool pool) throws IOException {
        return of(pool, pool.files().list());
    }

    /** @param paths those that are looked at */
    public static PoolScan of(Pool pool, List<String> paths) throws IOException {
        Map<String, List<PoolPaths.Named>> byImage = new TreeMap<>();
        for (String path : paths) {
            Optional<PoolPaths.Named> named = PoolPaths.parse(path);
            if (named.isPresent()) {
                String key =
                        path.substring(0, path.indexOf('/') + 1) + named.get().imageId();
                byImage.computeIfAbsent(key, it -> new ArrayList<>()).add(named.get());
            }
        }
        List<FoundImage> images = new ArrayList<>();
        for (List<PoolPaths.Named> sections : byImage.values()) {
            sections.sort(Comparator.comparingInt(PoolPaths.Named::section));
            images.add(image(pool, sections));
        }
        // the catalog orders backups by their numbers
        images.sort(Comparator.comparing(PoolScan::created).thenComparing(FoundImage::imageId));
        return new PoolScan(paths, images);
    }

    private static FoundImage image(Pool pool, List<PoolPaths.Named> named) throws IOException {
        List<FoundImage.Section> sections = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (PoolPaths.Named each : named) {
            Optional<PoolLabel> label = Optional.empty();
            try {
                label = pool.label(each.path());
                if (label.isEmpty()) {
                    remarks.add("file " + each.path() + " of pool " + pool.name() + " has no label beside it");
                }
            } catch (BackupException e) {
                if (!e.is(PoolFault.FOREIGN)) {
                    throw e;
                }
                remarks.add(e.what());
            }
            sections.add(new FoundImage.Section(each, label.orElse(null)));
        }
        PoolPaths.Named first = named.get(0);
        return new FoundImage(first.imageId(), first.family(), sections, remarks);
    }

    private static String created(FoundImage image) {
        PoolLabel label = image.sections().get(0).label();
        return label == null ? "" : label.created().toString();
    }

    /** The oldest first, as far as their labels say. */
    public List<FoundImage> images() {
        return images;
    }

    /** Everything that was written for that image, labels too. */
    public List<String> filesOf(String imageId) {
        return paths.stream()
                .filter(path -> path.startsWith(imageId + ".", path.indexOf('/') + 1))
                .toList();
    }
}
