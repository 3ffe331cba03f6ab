package io.saddlebag.camel.folder;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What somebody who misspelt a name may have meant. */
final class Suggestion {
    private static final int MAX_DISTANCE = 3;
    private static final int MAX_NAMES = 12;

    private Suggestion() {}

    /** A sentence with the nearest names, or with some of the valid ones when none is near. */
    static String hint(String given, Collection<String> valid) {
        int nearest = valid.stream()
                .mapToInt(name -> distance(given, name))
                .filter(distance -> distance <= MAX_DISTANCE)
                .min()
                .orElse(-1);
        List<String> near = valid.stream()
                .filter(name -> distance(given, name) == nearest)
                .sorted()
                .limit(3)
                .map(name -> "'" + name + "'")
                .toList();
        if (!near.isEmpty()) {
            return "Did you mean " + String.join(" or ", near) + "?";
        }
        if (valid.isEmpty()) {
            return "There is none at all.";
        }
        String rest = valid.size() > MAX_NAMES ? ", ..." : ".";
        return "Valid are "
                + String.join(", ", valid.stream().sorted().limit(MAX_NAMES).toList()) + rest;
    }

    private static int distance(String a, String b) {
        String left = a.toLowerCase(Locale.ROOT);
        String right = b.toLowerCase(Locale.ROOT);
        if (Math.abs(left.length() - right.length()) > MAX_DISTANCE) {
            return MAX_DISTANCE + 1;
        }
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j - 1], row[j]) + 1);
            }
        }
        return row[right.length()];
    }
}
