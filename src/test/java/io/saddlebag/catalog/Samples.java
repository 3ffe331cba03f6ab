package io.saddlebag.catalog;

import io.saddlebag.media.Lane;
import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Backups and objects as small as can be. */
public final class Samples {
    public static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456789Z");
    public static final String DIGEST = "0123456789abcdef".repeat(4);

    private Samples() {}

    public static NewBackup about(String imageId, String name) {
        return new NewBackup(imageId, name, null, "15", "host1", NOON, "ATOMIC", List.of("tar"), Map.of());
    }

    public static StoredImage stored(String imageId, String... volumes) {
        List<StoredSection> sections = new java.util.ArrayList<>();
        for (int i = 0; i < volumes.length; i++) {
            sections.add(new StoredSection(
                    1,
                    i + 1,
                    new VolumeId(volumes[i]),
                    3,
                    i + 1,
                    new BlockAddress(10),
                    new BlockAddress(14),
                    BlockSize.DEFAULT,
                    2,
                    300_000));
        }
        var label = new ImageToStore(imageId, Lane.ONLY, "orders", "15", "root", "host1", List.of("tar"), NOON);
        return new StoredImage(label, sections, 300_000L * volumes.length);
    }

    /** @param offset also its size and seconds */
    public static ObjectEntry file(String path, long offset) {
        return new ObjectEntry(
                path, 'f', 0644, 1000, 1001, offset, Instant.ofEpochSecond(offset, 7), null, DIGEST, offset);
    }

    /** Makes a complete backup of these paths, in this order. */
    public static Backup complete(Catalog catalog, String imageId, String name, String... paths)
            throws java.io.IOException {
        try (Catalog.Writing writing = catalog.begin(about(imageId, name))) {
            long offset = 0;
            for (String path : paths) {
                writing.add(file(path, offset));
                offset += 512;
            }
            return writing.complete(stored(imageId, "VOL000001"), 42, NOON);
        }
    }

    public static List<String> paths(Catalog catalog, BackupId id, String below) throws java.io.IOException {
        List<String> paths = new java.util.ArrayList<>();
        catalog.objects(id, below, object -> paths.add(object.path()));
        return paths;
    }
}
