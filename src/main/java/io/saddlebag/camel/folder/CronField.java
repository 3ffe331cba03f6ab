package io.saddlebag.camel.folder;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The fields of a Quartz expression and what may stand in them. Quartz 2.5 doesn't look: {@code 0 99 2 * * ?} fires at
 * 02:00:00.
 */
enum CronField {
    SECONDS("seconds", 0, 59, ""),
    MINUTES("minutes", 0, 59, ""),
    HOURS("hours", 0, 23, ""),
    DAY_OF_MONTH("day of month", 1, 31, ""),
    MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    DAY_OF_WEEK("day of week", 1, 7, "SUN MON TUE WED THU FRI SAT"),
    YEAR("year", 1970, 2199, "");

    private final String label;
    private final int first;
    private final int last;
    /** separated by blanks; empty when there are only numbers */
    private final String names;

    CronField(String label, int first, int last, String names) {
        this.label = label;
        this.first = first;
        this.last = last;
        this.names = names;
    }

    String valid() {
        String numbers = label + " is " + first + " to " + last;
        return names.isEmpty()
                ? numbers
                : numbers + " or " + names.substring(0, names.indexOf(' ')) + " to "
                        + names.substring(names.lastIndexOf(' ') + 1);
    }

    String label() {
        return label;
    }

    /** The first part of the field that can never be; empty when all can. */
    Optional<String> outOfRange(String text) {
        for (String part : text.toUpperCase(Locale.ROOT).split(",", -1)) {
            if (!fits(part)) {
                return Optional.of(part);
            }
        }
        return Optional.empty();
    }

    private boolean fits(String part) {
        String values = part;
        int slash = part.indexOf('/');
        if (slash >= 0) {
            OptionalInt step = number(part.substring(slash + 1));
            // a year may be stepped by anything; elsewhere a step over the whole range fires once and hides a mistake
            if (step.isEmpty() || step.getAsInt() < 1 || (this != YEAR && step.getAsInt() > last)) {
                return false;
            }
            values = part.substring(0, slash);
        }
        if (values.isEmpty() || values.equals("*") || values.equals("?")) {
            return true;
        }
        if (this == DAY_OF_MONTH && values.matches("L(-\\d{1,2})?W?")) {
            return true;
        }
        for (String end : values.split("-", 2)) {
            if (!inRange(end)) {
                return false;
            }
        }
        return true;
    }

    private boolean inRange(String end) {
        String value = end;
        if (this == DAY_OF_MONTH && value.endsWith("W")) {
            value = value.substring(0, value.length() - 1);
        }
        if (this == DAY_OF_WEEK) {
            if (value.equals("L")) {
                return true;
            }
            int nth = value.indexOf('#');
            if (nth >= 0) {
                OptionalInt week = number(value.substring(nth + 1));
                if (week.isEmpty() || week.getAsInt() < 1 || week.getAsInt() > 5) {
                    return false;
                }
                value = value.substring(0, nth);
            } else if (value.endsWith("L") && value.length() > 1) {
                value = value.substring(0, value.length() - 1);
            }
        }
        if (List.of(names.split(" ")).contains(value) && !value.isEmpty()) {
            return true;
        }
        OptionalInt number = number(value);
        return number.isPresent() && number.getAsInt() >= first && number.getAsInt() <= last;
    }

    private static OptionalInt number(String text) {
        return text.matches("\\d{1,4}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
