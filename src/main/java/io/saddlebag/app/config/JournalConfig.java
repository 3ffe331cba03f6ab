package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.journal.JournalNaming;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.NamePattern;
import io.saddlebag.journal.postgresql.HistoryNaming;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.journal.watch.GovernorStep;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A source of journals (J).
 *
 * @param source what kind it is
 * @param database whose own journals these are, by its engine; of source postgresql, who archives into the folder; null when that isn't
 *     known
 * @param incarnation of a database whose numbers have begun anew; 1 where nothing was said
 * @param folder that an engine drops closed journals into, relative to the home folder; {@code ""} for a database's
 * @param naming of the journals
 * @param companions what belongs to them, in the same folder: names of chains, and how they call their files
 * @param moveTo where released ones go, relative to the home folder; null to delete them
 * @param settled one that was changed more recently may still be written
 * @param archivedWithin what the database's archive may take for one that is closed; later is late (J3, J27)
 * @param preallocated files that are filled in turns and emptied, and their names; null for closed ones that come and go
 * @param governor what is done before their disk is full; null for nothing
 * @param stream from where they are received into the folder; null when something else drops them there
 */
public record JournalConfig(
        String source,
        @Nullable String database,
        long incarnation,
        String folder,
        JournalNaming naming,
        Map<String, JournalNaming> companions,
        @Nullable String moveTo,
        Duration settled,
        Duration archivedWithin,
        @Nullable StreamConfig stream,
        @Nullable Preallocated preallocated,
        @Nullable GovernorConfig governor) {
    private static final String FOLDER = "folder";
    private static final String POSTGRESQL = "postgresql";
    private static final String MARIADB = "mariadb";
    private static final String SQLITE = "sqlite";
    private static final int DECIMAL = 10;
    /** PostgreSQL tries a segment three times within a few seconds, and again after a minute. */
    private static final Duration DEFAULT_ARCHIVED_WITHIN = Duration.ofMinutes(2);

    /** Which files, and what is known of them. */
    public record Preallocated(Pattern names, PreallocatedConfig files) {}

    public JournalConfig(
            @JsonProperty("source") @Nullable String source,
            @JsonProperty("database") @Nullable String database,
            @JsonProperty("incarnation") @Nullable Long incarnation,
            @JsonProperty("folder") @Nullable String folder,
            @JsonProperty("pattern") @Nullable String pattern,
            @JsonProperty("radix") @Nullable Integer radix,
            @JsonProperty("segmentSize") @Nullable String segmentSize,
            @JsonProperty("moveTo") @Nullable String moveTo,
            @JsonProperty("settled") @Nullable String settled,
            @JsonProperty("archivedWithin") @Nullable String archivedWithin,
            @JsonProperty("stream") @Nullable StreamConfig stream,
            @JsonProperty("preallocated") @Nullable PreallocatedConfig preallocated,
            @JsonProperty("governor") @Nullable GovernorConfig governor) {
        this(
                source == null ? FOLDER : source,
                database(source, database, folder),
                incarnation(source, incarnation),
                isOfDatabase(source) ? "" : LibraryConfig.required("folder", folder),
                preallocated == null ? naming(source, pattern, radix, segmentSize) : any -> Optional.empty(),
                POSTGRESQL.equals(source) ? Map.of("history", new HistoryNaming()) : Map.of(),
                moveTo,
                settled == null ? standard(stream) : Durations.parse(settled),
                archivedWithin == null ? DEFAULT_ARCHIVED_WITHIN : Durations.parse(archivedWithin),
                stream,
                preallocated == null
                        ? null
                        : new Preallocated(names(source, pattern, radix, moveTo, settled), preallocated),
                governor);
        if (governor != null && governor.has(GovernorStep.Measure.THROTTLE) && stream == null) {
            throw new IllegalArgumentException(
                    "step 'throttle' of the governor belongs to journals with 'stream': nothing"
                            + " that is done to a folder slows a database down");
        }
        if (governor != null && preallocated != null && governor.has(GovernorStep.Measure.DROP)) {
            throw new IllegalArgumentException("step 'drop' of the governor can't be used with 'preallocated'");
        }
        if (governor != null && isOfDatabase(source)) {
            requireFit(governor);
        }
        if (archivedWithin != null && (database == null || !POSTGRESQL.equals(source))) {
            throw new IllegalArgumentException("'archivedWithin' belongs to source postgresql with 'database'");
        }
        if (stream != null && database != null) {
            throw new IllegalArgumentException("'database' can't be used with 'stream', which names its own");
        }
        if (stream != null && !POSTGRESQL.equals(source)) {
            throw new IllegalArgumentException("'stream' belongs to source postgresql");
        }
    }

    private static Pattern names(
            @Nullable String source,
            @Nullable String pattern,
            @Nullable Integer radix,
            @Nullable String moveTo,
            @Nullable String settled) {
        if (source != null && !source.equals(FOLDER)) {
            throw new IllegalArgumentException("'preallocated' belongs to source folder");
        }
        if (radix != null || moveTo != null || settled != null) {
            throw new IllegalArgumentException(
                    "'" + (radix != null ? "radix" : moveTo != null ? "moveTo" : "settled")
                            + "' can't be used with 'preallocated': numbers are in the files, which are emptied where they are");
        }
        String text = LibraryConfig.required("pattern", pattern);
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern '" + text + "' is no regular expression: " + e.getMessage(), e);
        }
    }

    private static void requireFit(GovernorConfig governor) {
        if (governor.disk() == null) {
            throw new IllegalArgumentException("the governor of a database's own journals needs 'disk', a path on it");
        }
        if (governor.has(GovernorStep.Measure.DROP)) {
            throw new IllegalArgumentException("step 'drop' of the governor belongs to journals in a folder");
        }
    }

    /** What is received gets its name when it is whole. */
    private static Duration standard(@Nullable StreamConfig stream) {
        return stream == null ? FolderSettings.DEFAULT_SETTLED : Duration.ZERO;
    }

    /** The engine whose journals these are, as databases are configured with it; empty where any could drop them. */
    public String engine() {
        return FOLDER.equals(source) ? "" : source;
    }

    /** Whether they are closed files in a folder, whoever put them there. */
    public boolean isInFolder() {
        return !isOfDatabase(source);
    }

    private static boolean isOfDatabase(@Nullable String source) {
        return MARIADB.equals(source) || SQLITE.equals(source);
    }

    private static @Nullable String database(
            @Nullable String source, @Nullable String database, @Nullable String folder) {
        if (!isOfDatabase(source)) {
            if (database != null && !POSTGRESQL.equals(source)) {
                throw new IllegalArgumentException("'database' belongs to sources postgresql, mariadb and sqlite");
            }
            return database;
        }
        if (folder != null) {
            throw new IllegalArgumentException("'folder' belongs to sources folder and postgresql; " + source
                    + " has its journals where its database says");
        }
        return LibraryConfig.required("database", database);
    }

    private static long incarnation(@Nullable String source, @Nullable Long incarnation) {
        if (incarnation != null && (!MARIADB.equals(source) || incarnation < 1)) {
            throw new IllegalArgumentException("'incarnation' belongs to source mariadb, and is 1 or more");
        }
        return incarnation == null ? 1 : incarnation;
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
            case MARIADB, SQLITE -> {
                if (pattern != null || radix != null || segmentSize != null) {
                    throw new IllegalArgumentException(
                            "'pattern', 'radix' and 'segmentSize' don't belong to source " + source);
                }
                yield any -> Optional.empty();
            }
            default ->
                throw new IllegalArgumentException(
                        "source '" + source + "' is unknown; known are folder, postgresql, mariadb, sqlite");
        };
    }
}
