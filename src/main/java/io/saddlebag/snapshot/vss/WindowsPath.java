package io.saddlebag.snapshot.vss;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An absolute path of Windows as a value, whatever machine this is.
 *
 * @param drive e.g. {@code O:}
 * @param names below the drive's top folder
 */
record WindowsPath(String drive, List<String> names) {
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z]:[\\\\/].*", Pattern.DOTALL);

    /** What no name on Windows can hold (Naming Files, Paths, and Namespaces; learn.microsoft.com). */
    private static final Pattern FORBIDDEN = Pattern.compile("[<>:\"|?*\\x00-\\x1f]");

    WindowsPath {
        names = List.copyOf(names);
    }

    /** @return empty for anything but a drive letter, a colon and a path from its top: no shares, no {@code \\?\} */
    static Optional<WindowsPath> parse(String text) {
        if (!ABSOLUTE.matcher(text).matches()) {
            return Optional.empty();
        }
        List<String> names = List.of(text.substring(3).split("[\\\\/]+")).stream()
                .filter(name -> !name.isEmpty())
                .toList();
        boolean plain = names.stream()
                .noneMatch(name -> name.equals(".")
                        || name.equals("..")
                        || FORBIDDEN.matcher(name).find());
        return plain
                ? Optional.of(new WindowsPath(text.substring(0, 2).toUpperCase(Locale.ROOT), names))
                : Optional.empty();
    }
}
