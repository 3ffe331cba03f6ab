package io.saddlebag.camel.folder;

import java.nio.file.Path;

/**
 * One thing that is wrong with a file of routes.
 *
 * @param line counted from 1; 0 when the whole file is meant
 * @param column counted from 1; 0 when the whole line is meant
 * @param message what is wrong, with what was given; lower case, no full stop
 * @param hint what would be valid, or what to do, as a sentence
 */
public record Finding(Path file, int line, int column, RouteRule rule, String message, String hint) {

    static Finding at(Path file, Place place, RouteRule rule, String message, String hint) {
        return new Finding(file, place.line(), place.column(), rule, message, hint);
    }

    public Severity severity() {
        return rule.severity();
    }

    boolean isError() {
        return severity() == Severity.ERROR;
    }

    /** {@code nightly.yaml:7:13}, as editors and terminals turn it into a link. */
    public String where() {
        if (line == 0) {
            return file.toString();
        }
        return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }

    /** Three lines (E10): where and what, what it means, what to do. */
    public String text() {
        return where() + ": " + rule.id() + " " + message + "\nDATA: " + rule.effect() + "\nHINT: " + hint;
    }
}
