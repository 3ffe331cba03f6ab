package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ElementType;
import java.util.Arrays;
import java.util.Optional;

/** Type codes of command blocks. */
final class ElementTypes {
    private ElementTypes() {}

    static Optional<ElementType> of(int code) {
        return Arrays.stream(ElementType.values())
                .filter(type -> type.code() == code)
                .findFirst();
    }
}
