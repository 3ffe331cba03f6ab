package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The catalog's knowledge of volumes. Every change is durable on return. Thread-safe, also across processes. */
public interface VolumeRegister {
    /**
     * Gives the family's (or domain's) next volume id, never given before, also after a crash (M20).
     *
     * @param sequence name of the sequence: a family's name, or the domain's default
     * @param prefix as in {@code full-}; digits are appended
     */
    VolumeId nextId(String sequence, String prefix) throws IOException;

    List<Volume> volumes() throws IOException;

    Optional<Volume> find(VolumeId id) throws IOException;

    Optional<Volume> find(Barcode barcode) throws IOException;

    /** Adds the volume, or replaces what is known of it. */
    void record(Volume volume) throws IOException;

    /** Forgets a volume whose label was overwritten or removed; backups with a section on it become
     * lost. */
    void forget(VolumeId id) throws IOException;

    List<MediaFamily> families() throws IOException;

    /**
     * Adds the families, or replaces what is known of those names, all or none. Volumes already written keep what they
     * have (M22); families left out stay.
     */
    void defineFamilies(List<MediaFamily> families) throws IOException;
}
