package io.saddlebag.tapeoption;

import io.saddlebag.media.Lane;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The drives that write at once (M28): so many, whichever are free, or these, in their order.
 *
 * @param number 1 to {@value Lane#MOST}
 * @param names empty for any; else so many, all different, the first for the first lane
 */
public record DriveChoice(int number, List<String> names) {
    /** One, whichever is free. */
    public static final DriveChoice ANY = new DriveChoice(1, List.of());

    public DriveChoice {
        names = List.copyOf(names);
        if (number < 1 || number > Lane.MOST || (!names.isEmpty() && names.size() != number)) {
            throw new IllegalArgumentException(number + " drives " + names + "; valid are 1 to " + Lane.MOST);
        }
    }

    /**
     * {@code 2}, or names as in {@code left,right} or {@code (left,right)}; a colon behind a name, as RMU has it, says nothing.
     *
     * @throws IllegalArgumentException saying what would be valid
     */
    public static DriveChoice parse(String text) {
        String list = text.strip();
        if (list.startsWith("(") && list.endsWith(")")) {
            list = list.substring(1, list.length() - 1).strip();
        }
        if (list.matches("[-+]?[0-9]+")) {
            return new DriveChoice(number(list), List.of());
        }
        List<String> names = List.of(list.split("\\s*,\\s*", -1)).stream()
                .map(each -> each.endsWith(":") ? each.substring(0, each.length() - 1) : each)
                .toList();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("valid are " + valid());
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("drive '" + name + "' is named twice; valid are " + valid());
            }
        }
        if (names.size() > Lane.MOST) {
            throw new IllegalArgumentException(names.size() + " drives are named; valid are " + valid());
        }
        return new DriveChoice(names.size(), names);
    }

    private static int number(String digits) {
        try {
            int number = Integer.parseInt(digits);
            if (number >= 1 && number <= Lane.MOST) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("valid are " + valid(), e);
        }
        throw new IllegalArgumentException("valid are " + valid());
    }

    private static String valid() {
        return "1 to " + Lane.MOST + ", or the names of so many drives, each once, with commas between";
    }

    public boolean isNamed() {
        return !names.isEmpty();
    }

    /** For people: {@code 2 drives}, {@code drives left, right}. */
    @Override
    public String toString() {
        return isNamed()
                ? (number == 1 ? "drive " : "drives ") + String.join(", ", names)
                : number + (number == 1 ? " drive" : " drives");
    }
}
