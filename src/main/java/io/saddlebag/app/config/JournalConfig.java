package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.journal.JournalNaming;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.NamePattern;
import io.saddlebag.journal.postgresql.HistoryNaming;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A source of journals (J).
 *
 * @param folder that an engine drops closed journals into, relative to the home folder
 * @param naming of the journals
 * @param companions what belongs to them, in the same folder: names of chains, and how they call their files
 * @param moveTo where released ones go, relative to the home folder; null to delete them
 * @param settled one that was changed more recently may still be written
 */
public record JournalConfig(
        String folder,
        JournalNaming naming,
        Map<String, JournalNaming> companions,
        @Nullable String moveTo,
        Duration settled) {
    private static final String FOLDER = "folder";
    private static final String POSTGRESQL = "postgresql";
    private static final int DECIMAL = 10;

    public JournalConfig(
            @JsonProperty("source") @Nullable String source,
            @JsonProperty("folder") @Nullable String folder,
            @JsonProperty("pattern") @Nullable String pattern,
            @JsonProperty("radix") @Nullable Integer radix,
            @JsonProperty("segmentSize") @Nullable String segmentSize,
            @JsonProperty("moveTo") @Nullable String moveTo,
            @JsonProperty("settled") @Nullable String settled) {
        this(
                LibraryConfig.required("folder", folder),
                naming(source, pattern, radix, segmentSize),
                POSTGRESQL.equals(source) ? Map.of("history", new HistoryNaming()) : Map.of(),
                moveTo,
                settled == null ? FolderSettings.DEFAULT_SETTLED : Durations.parse(settled));
    }

    /** The engine whose journals these are, as databases are configured with it; empty where any could drop them. */
    public String engine() {
        return companions.isEmpty() ? "" : POSTGRESQL;
    }

    private static JournalNaming naming(
            @Nullable String source, @Nullable String pattern, @Nullable Integer radix, @Nullable String segmentSize) {
        return switch (source == null ? FOLDER : source) {
            case FOLDER -> {
                if (segmentSize != null) {
                    throw new IllegalArgumentException("'segmentSize' belongs to source postgresql");
                }
                yield NamePattern.of(LibraryConfig.required("pattern", pattern), radix == null ? DECIMAL : radix);
            }
            case POSTGRESQL -> {
                if (pattern != null || radix != null) {
                    throw new IllegalArgumentException("'pattern' and 'radix' belong to source folder");
                }
                yield new SegmentNaming(
                        segmentSize == null
                                ? SegmentNaming.DEFAULT_SEGMENT_BYTES
                                : ByteCount.parse(segmentSize).bytes());
            }
            default ->
                throw new IllegalArgumentException("source '" + source + "' is unknown; known are folder, postgresql");
        };
    }
}
