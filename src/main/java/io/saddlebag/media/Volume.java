package io.saddlebag.media;

import io.saddlebag.library.Barcode;
import io.saddlebag.protection.Protection;
import io.saddlebag.tape.BlockAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog knows of one labelled volume (M8, M21).
 *
 * @param barcode null where the library reads none
 * @param family name of its media family; null outside of any
 * @param set id of the first volume of its set
 * @param sequence place in the set, from 1
 * @param protection who may read and write it; null when nothing was said: its owner then writes, and reading is free (M29)
 * @param created when the set's first volume was labelled
 * @param writeWindowEnds after this no further image is started on it; null for never
 * @param expires null when it doesn't expire by time
 * @param files images (or sections of images) on it
 * @param endOfData where the next image goes: the address of the EOD label
 * @param state what may still happen to it
 */
public record Volume(
        VolumeId id,
        @Nullable Barcode barcode,
        @Nullable String family,
        VolumeId set,
        int sequence,
        String owner,
        @Nullable Protection protection,
        String host,
        Instant created,
        @Nullable Instant writeWindowEnds,
        @Nullable Instant expires,
        int files,
        BlockAddress endOfData,
        State state) {
    /** What may still happen to a volume. */
    public enum State {
        /** Images may be appended while its write window is open. */
        APPENDABLE,
        /** Ended by early warning and an EOV label; its set goes on elsewhere. */
        FULL,
        /** Its label may be written over: recycled by an operator, or expired and chosen. */
        REUSABLE,
        /** Not to be used until an operator has looked at it: its label disagrees with its barcode, or it failed. */
        SUSPECT
    }
}
