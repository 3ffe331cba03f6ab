package io.saddlebag.library;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
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

    /**
     * Reads one element or several: {@code 1-5} and {@code se1-se5} for {@code se1} to {@code se5}, with commas between
     * (M12).
     *
     * @throws IllegalArgumentException naming the text and the valid forms
     */
    public static List<Element> parseAll(String text) {
        List<Element> all = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            if (dash < 0) {
                all.add(parse(part));
                continue;
            }
            Element first = parse(part.substring(0, dash));
            String end = part.substring(dash + 1).strip();
            Element last = end.matches("\\d{1,5}") ? new Element(first.kind, Integer.parseInt(end)) : parse(end);
            if (last.kind != first.kind
                    || last.number < first.number
                    || !part.strip().matches(".*\\d")) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no range of elements; valid are 1-5, se1-5, iee1-iee3, 2,4-6");
            }
            for (int i = first.number; i <= last.number; i++) {
                all.add(new Element(first.kind, i));
            }
        }
        if (new HashSet<>(all).size() != all.size()) {
            throw new IllegalArgumentException("'" + text + "' names an element twice");
        }
        return List.copyOf(all);
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
