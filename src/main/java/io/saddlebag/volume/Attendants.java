package io.saddlebag.volume;

import java.util.function.Consumer;

/**
 * Those that the engine talks to while it works.
 *
 * @param operator asked when a volume is missing
 * @param foundImages gets what the catalog didn't know
 * @param notes gets a line for everything an operator should read, such as a barcode that disagrees with a label (M16)
 */
public record Attendants(OperatorDesk operator, FoundImages foundImages, Consumer<String> notes) {
    public static final Attendants NONE = new Attendants(OperatorDesk.UNATTENDED, FoundImages.LEFT_ALONE, note -> {});
}
