package io.saddlebag.catalog;

import io.saddlebag.media.PoolFile;
import io.saddlebag.volume.StoredSection;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One backup as the catalog knows it (C1).
 *
 * @param sections on volumes, by lane and in order; empty unless {@link State#COMPLETE} or {@link State#LOST}
 * @param files in a disk pool, in order (M24); empty for an image on volumes
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
        List<PoolFile> files,
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
        /** Was complete; one of its volumes was forgotten since, or it expired in its pool, so it isn't read any more. */
        LOST
    }

    public Backup {
        sections = List.copyOf(sections);
        files = List.copyOf(files);
    }

    /** One on volumes. */
    public Backup(
            BackupId id,
            NewBackup about,
            State state,
            List<StoredSection> sections,
            long objects,
            long dataBytes,
            long imageBytes,
            @Nullable Instant completed) {
        this(id, about, state, sections, List.of(), objects, dataBytes, imageBytes, completed);
    }

    /** Where it is, for people: volumes in the order in which they are loaded, or files of pools. */
    public List<String> places() {
        return Stream.concat(
                        sections.stream().map(section -> section.volume().value()),
                        files.stream().map(PoolFile::place))
                .distinct()
                .toList();
    }

    /** The same backup, with its image where that copy is. */
    public Backup at(ImageCopy copy) {
        return new Backup(id, about, state, List.of(), copy.files(), objects, dataBytes, imageBytes, completed);
    }

    /** The same backup, whose image in a pool got other keys (X10). */
    public Backup withImage(List<String> layers, List<PoolFile> renewed) {
        if (!sections.isEmpty()) {
            throw new IllegalStateException("backup " + id + " is on volumes");
        }
        long bytes = renewed.stream().mapToLong(PoolFile::bytes).sum();
        return new Backup(
                id, about.withLayers(layers), state, List.of(), renewed, objects, dataBytes, bytes, completed);
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
