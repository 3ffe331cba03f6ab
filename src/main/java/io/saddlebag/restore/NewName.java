package io.saddlebag.restore;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * New names for files that a pattern fits (R2).
 *
 * @param pattern an absolute path as it was on the source, with {@code *} and {@code ?} in its last name
 * @param template an absolute path with {@code %b} for the file's name, {@code %n} for its name without ending, {@code %e} for the ending with
 *     its point, {@code %d} for the name of its folder, and {@code %%} for a percent sign
 */
public record NewName(String pattern, String template) {
    private static final Pattern PLACEHOLDER = Pattern.compile("%(.?)");

    /** @throws IllegalArgumentException saying what would be valid */
    public NewName {
        int name = pattern.lastIndexOf('/') + 1;
        boolean fits = pattern.startsWith("/")
                && !hasWildcard(pattern.substring(0, name))
                && hasWildcard(pattern.substring(name))
                && pattern.chars().noneMatch(c -> "[]{}\\".indexOf(c) >= 0);
        if (!fits) {
            throw new IllegalArgumentException(
                    "'" + pattern + "' is no pattern of files; valid is an absolute path with * or ?"
                            + " in its last name, such as /srv/data/*.dbf");
        }
        requireWhole(template, named(template, Path.of("/folder/name.ending")));
    }

    /** Reads {@code PATTERN=TEMPLATE}; the first {@code =/} divides. */
    public static NewName parse(String text) {
        int divider = text.indexOf("=/");
        if (divider <= 0) {
            throw new IllegalArgumentException("'" + text
                    + "' gives no files new names; valid is such as /srv/data/*.dbf=/srv/new/%b, both absolute");
        }
        return new NewName(text.substring(0, divider), text.substring(divider + 1));
    }

    /** The folder in which files have to be. */
    String folder() {
        return pattern.substring(0, Math.max(1, pattern.lastIndexOf('/')));
    }

    boolean fits(Path file) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return matcher.matches(file);
    }

    /** @throws IllegalArgumentException when that is no absolute path without {@code ..} */
    Path of(Path file) {
        return requireWhole(template, named(template, file));
    }

    private static boolean hasWildcard(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    private static String named(String template, Path file) {
        String name = String.valueOf(file.getFileName());
        int point = name.lastIndexOf('.');
        Path folder = file.getParent() == null ? null : file.getParent().getFileName();
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "b" -> name;
                            case "n" -> point <= 0 ? name : name.substring(0, point);
                            case "e" -> point <= 0 ? "" : name.substring(point);
                            case "d" -> folder == null ? "" : folder.toString();
                            case "%" -> "%";
                            default ->
                                throw new IllegalArgumentException("'" + template + "' has %" + found.group(1)
                                        + "; valid are %b, %n, %e, %d and %%");
                        }));
    }

    private static Path requireWhole(String template, String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute() || !path.normalize().equals(path)) {
            throw new IllegalArgumentException(
                    "'" + template + "' makes '" + text + "', which is not an absolute path without . and ..");
        }
        return path;
    }

    @Override
    public String toString() {
        return pattern + "=" + template;
    }
}
