package io.saddlebag.camel.node;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.volume.Target;
import java.util.regex.Pattern;

/** Cartridges as options name them. */
public final class Cartridges {
    private static final Pattern ELEMENT = Pattern.compile("(?i)(mte|se|iee|dte)?\\d{0,5}");

    private Cartridges() {}

    /**
     * What isn't an element's name is a barcode.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static Target target(String text) {
        return ELEMENT.matcher(text).matches() ? Target.at(Element.parse(text)) : Target.tagged(new Barcode(text));
    }
}
