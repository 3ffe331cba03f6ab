package io.saddlebag.media;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Eligibility} says of one cartridge.
 *
 * @param volume what the catalog knows of it by its barcode; null when nothing
 * @param holds what else needs the volume, as far as that was asked
 */
public record Decision(Cartridge cartridge, @Nullable Volume volume, Reason reason, List<Hold> holds) {
    public Decision {
        holds = List.copyOf(holds);
    }

    /** Of one that nobody needs, or nobody would write over. */
    public Decision(Cartridge cartridge, @Nullable Volume volume, Reason reason) {
        this(cartridge, volume, reason, List.of());
    }

    /** What may be done with a cartridge. */
    public enum Use {
        APPEND,
        /** Nothing is known of it: label it if it proves blank. */
        LABEL_IF_BLANK,
        /** What is on it may be written over. */
        OVERWRITE,
        NONE
    }

    /** Why so. */
    public enum Reason {
        NEWEST_OF_FAMILY(Use.APPEND, "is the newest of its family"),
        UNKNOWN(Use.LABEL_IF_BLANK, "is not in the catalog, so it may be blank"),
        REUSABLE(Use.OVERWRITE, "was given back for reuse"),
        EXPIRED(Use.OVERWRITE, "has expired"),
        NEEDED(Use.NONE, "is needed"),
        NOT_NEWEST(Use.NONE, "is not the newest of its family"),
        WINDOW_CLOSED(Use.NONE, "has a closed write window and has not expired"),
        FULL(Use.NONE, "is full and has not expired"),
        NEEDS_OWN_VOLUME(Use.NONE, "holds images, and a section that continues needs a volume of its own"),
        NOT_EXPIRED(Use.NONE, "holds images that have not expired"),
        OTHER_FAMILY(Use.NONE, "belongs to another media family and has not expired"),
        OTHER_OWNER(Use.NONE, "belongs to another owner"),
        PROTECTED(Use.NONE, "is protected: only others may write on it"),
        SUSPECT(Use.NONE, "is suspect until an operator has looked at it"),
        CLEANING(Use.NONE, "is a cleaning cartridge"),
        WRITE_PROTECTED(Use.NONE, "is write-protected"),
        IN_USE(Use.NONE, "is used by somebody else"),
        IN_MAIL_SLOT(Use.NONE, "stands in a mail slot; import it first"),
        NO_LOADER(Use.NONE, "is in no drive, and nothing here changes cartridges"),
        IN_ANOTHER_DRIVE(
                Use.NONE, "is in another drive than the one that was named, and nothing here changes cartridges"),
        TRIED_IN_VAIN(Use.NONE, "was tried and could not be used");

        private final Use use;
        private final String text;

        Reason(Use use, String text) {
            this.use = use;
            this.text = text;
        }

        public Use use() {
            return use;
        }

        /** For people, behind the name of a volume: {@code is full and has not expired}. */
        public String text(List<Hold> holds) {
            return this == NEEDED ? text + ": " + Holds.text(holds) : text;
        }
    }

    public Use use() {
        return reason.use();
    }

    /** For people: {@code cartridge A00001L6 in se1, volume full-000012, is full and has not expired}. */
    @Override
    public String toString() {
        return cartridge + (volume == null ? "" : ", volume " + volume.id() + ",") + " " + reason.text(holds);
    }
}
