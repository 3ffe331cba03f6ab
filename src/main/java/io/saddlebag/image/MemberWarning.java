package io.saddlebag.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One object that wasn't read as promised (D4).
 *
 * @param detail what was seen, for people
 */
public record MemberWarning(ImageMember member, What what, String detail) {
    /** What happened, and what the image holds instead. */
    public enum What {
        /** Fewer bytes than promised: zero bytes fill the rest. */
        SHRANK,
        /** More bytes than promised: cut at the promised length. */
        GREW,
        /** Reading failed on the way: zero bytes fill the rest. */
        UNREADABLE,
        /** Attributes or flags could not be read: the image holds it without them. */
        INCOMPLETE,
        /** Gone before it was opened: not in the image. */
        VANISHED,
        /** Opening failed: not in the image. */
        UNOPENED,
        /** Its name is one of the image's own: not in the image. */
        RESERVED;

        /** Whether the image holds the member at all. */
        public boolean isInImage() {
            return this == SHRANK || this == GREW || this == UNREADABLE || this == INCOMPLETE;
        }

        /** As in images and catalogs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Empty for those of later formats. */
        static Optional<What> of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word().equals(word))
                    .findFirst();
        }
    }
}
