package io.saddlebag.catalog;

import io.saddlebag.volume.StoredSection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One backup as the catalog knows it (C1).
 *
 * @param sections by lane and in order; empty unless {@link State#COMPLETE} or {@link State#LOST}
 * @param objects number of objects in it
 * @param dataBytes sum of the files' lengths
 * @param imageBytes length of the image stream with its layers
 * @param completed null unless complete
 */
public record Backup(
        BackupId id,
        NewBackup about,
        State state,
        List<StoredSection> sections,
        long objects,
        long dataBytes,
        long imageBytes,
        @Nullable Instant completed) {
    /** What is known of a backup's whole. */
    public enum State {
        /** Being written; not a backup yet. */
        WRITING,
        /** Durable on media and here. */
        COMPLETE,
        /** Given up; nothing of it may be restored. */
        ABANDONED,
        /** Was complete; a volume with one of its sections was forgotten since, so it can't be read any more. */
        LOST
    }

    public Backup {
        sections = List.copyOf(sections);
    }

    /** How many lanes its image is spread over (M28), at least 1. */
    public int lanes() {
        return sections.stream().mapToInt(StoredSection::lane).max().orElse(1);
    }

    /**
     * The sections of one lane, in order.
     *
     * @param lane from 1
     */
    public List<StoredSection> lane(int lane) {
        return sections.stream().filter(section -> section.lane() == lane).toList();
    }
}
