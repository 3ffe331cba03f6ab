package io.saddlebag.scsi;

import java.util.Optional;

/** The element type codes of a media changer (SMC-3, 6.11, table 25). */
public enum ElementType {
    MEDIUM_TRANSPORT(1),
    STORAGE(2),
    IMPORT_EXPORT(3),
    DATA_TRANSFER(4);

    private final int code;

    ElementType(int code) {
        this.code = code;
    }

    /** As in command blocks and status pages. */
    public int code() {
        return code;
    }

    static Optional<ElementType> of(int code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
