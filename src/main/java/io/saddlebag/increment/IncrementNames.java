package io.saddlebag.increment;

import java.util.ArrayList;
import java.util.List;

/** Names of files that have the changed blocks of others: beside each, with a word before its name. Pure. */
public final class IncrementNames {
    /** Before the name of the file that is changed. */
    public static final String PREFIX = "INCREMENTAL.";

    private IncrementNames() {}

    /** Whether a path's last name is of such a file. */
    public static boolean isIncrement(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.startsWith(PREFIX) && name.length() > PREFIX.length();
    }

    /** The path of the file that is changed by that one. */
    public static String changed(String increment) {
        int nameAt = increment.lastIndexOf('/') + 1;
        return increment.substring(0, nameAt) + increment.substring(nameAt + PREFIX.length());
    }

    /** The path of the file that would have the changed blocks of that one. */
    public static String of(String path) {
        int nameAt = path.lastIndexOf('/') + 1;
        return path.substring(0, nameAt) + PREFIX + path.substring(nameAt);
    }

    /** Each path, and where its changed blocks would be. */
    public static List<String> withIncrements(List<String> paths) {
        List<String> all = new ArrayList<>(paths);
        paths.forEach(path -> all.add(of(path)));
        return all;
    }
}
