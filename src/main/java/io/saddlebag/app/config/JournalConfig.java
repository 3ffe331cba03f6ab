package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.NamePattern;
import io.saddlebag.quantity.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A source of journals (J).
 *
 * @param folder that an engine drops closed journals into, relative to the home folder
 * @param pattern of their names, with a group {@code sequence}
 * @param moveTo where released ones go; null to delete them
 * @param settled one that was changed more recently may still be written
 */
public record JournalConfig(
        String folder,
        NamePattern pattern,
        @Nullable String moveTo,
        Duration settled) {
    private static final String SOURCE = "folder";
    private static final int DECIMAL = 10;

    public JournalConfig(
            @JsonProperty("source") @Nullable String source,
            @JsonProperty("folder") @Nullable String folder,
            @JsonProperty("pattern") @Nullable String pattern,
            @JsonProperty("radix") @Nullable Integer radix,
            @JsonProperty("moveTo") @Nullable String moveTo,
            @JsonProperty("settled") @Nullable String settled) {
        this(
                LibraryConfig.required("folder", folder),
                NamePattern.of(LibraryConfig.required("pattern", pattern), radix == null ? DECIMAL : radix),
                moveTo,
                settled == null ? FolderSettings.DEFAULT_SETTLED : Durations.parse(settled));
        if (source != null && !source.equals(SOURCE)) {
            throw new IllegalArgumentException("source '" + source + "' is unknown; known is folder");
        }
    }

    public FolderSettings settings(String name, Function<String, Path> resolve) {
        return new FolderSettings(
                name,
                resolve.apply(folder),
                pattern,
                moveTo == null ? null : resolve.apply(moveTo),
                settled);
    }
}
