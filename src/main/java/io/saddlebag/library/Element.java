package io.saddlebag.library;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a place in a library: {@code mte1}, {@code se1}, {@code iee1}, {@code dte1} (M12).
 *
 * @param number from 1
 */
public record Element(ElementKind kind, int number) implements Comparable<Element> {
    private static final Pattern FORM = Pattern.compile("(mte|se|iee|dte)?(\\d{1,5})?");

    public Element {
        if (number < 1) {
            throw new IllegalArgumentException("elements are numbered from 1, not " + number);
        }
    }

    public static Element slot(int number) {
        return new Element(ElementKind.SE, number);
    }

    public static Element drive(int number) {
        return new Element(ElementKind.DTE, number);
    }

    public static Element mailSlot(int number) {
        return new Element(ElementKind.IEE, number);
    }

    /**
     * Reads {@code se3}, {@code dte1}, {@code dte} (number 1), and {@code 3} for {@code se3} (M12).
     *
     * @throws IllegalArgumentException naming the text and the valid forms
     */
    public static Element parse(String text) {
        String t = text.strip().toLowerCase(Locale.ROOT);
        Matcher m = FORM.matcher(t);
        if (t.isEmpty() || !m.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an element; valid are se1, iee1, dte1, mte1, or a bare number for a slot");
        }
        ElementKind kind = m.group(1) == null
                ? ElementKind.SE
                : ElementKind.valueOf(m.group(1).toUpperCase(Locale.ROOT));
        return new Element(kind, m.group(2) == null ? 1 : Integer.parseInt(m.group(2)));
    }

    @Override
    public int compareTo(Element other) {
        return Comparator.comparing(Element::kind)
                .thenComparingInt(Element::number)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + number;
    }
}
