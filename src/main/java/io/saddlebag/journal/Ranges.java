package io.saddlebag.journal;

import java.util.ArrayList;
import java.util.List;

/** Numbers of journals for people. */
final class Ranges {
    private Ranges() {}

    /** {@code 41..44, 47}. @param ids ascending */
    static String of(List<JournalId> ids) {
        List<String> ranges = new ArrayList<>();
        for (int from = 0, to; from < ids.size(); from = to + 1) {
            to = from;
            while (to + 1 < ids.size() && ids.get(to + 1).equals(ids.get(to).next())) {
                to++;
            }
            ranges.add(ids.get(from) + ".." + ids.get(to));
        }
        return String.join(", ", ranges);
    }
}
