package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.pool.PoolSettings;
import io.saddlebag.quantity.ByteCount;
import org.jspecify.annotations.Nullable;

/**
 * A disk pool (M24).
 *
 * @param folder relative to the home folder
 * @param reserve what stays free in its file system
 * @param sectionSize longer images are put into several files; null for one file whatever its length
 * @param minimumBackups so many restorable backups of each name stay, whatever expired (C13)
 */
public record PoolConfig(
        String folder, ByteCount reserve, @Nullable ByteCount sectionSize, int minimumBackups) {
    public static final ByteCount DEFAULT_RESERVE = ByteCount.mebibytes(1024);

    public PoolConfig(
            @JsonProperty("folder") @Nullable String folder,
            @JsonProperty("reserve") @Nullable String reserve,
            @JsonProperty("sectionSize") @Nullable String sectionSize,
            @JsonProperty("minimumBackups") @Nullable Integer minimumBackups) {
        this(
                LibraryConfig.required("folder", folder),
                reserve == null ? DEFAULT_RESERVE : ByteCount.parse(reserve),
                sectionSize == null ? null : ByteCount.parse(sectionSize),
                minimumBackups == null ? PoolSettings.DEFAULT_MINIMUM_BACKUPS : minimumBackups);
    }

    public PoolSettings settings(String name) {
        return new PoolSettings(name, sectionSize, minimumBackups);
    }
}
