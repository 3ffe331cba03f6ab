package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file {@code tablespace_map} of an online backup: a server that starts on it makes the links in {@code pg_tblspc} anew from
 * that, whatever they are. A line each has the tablespace's number, a space and its place; a backslash stands before
 * backslashes and line ends in places.
 *
 * @param places by number, in the order of the file
 */
record TablespaceMap(Map<String, Path> places) {
    static final String FILE_NAME = "tablespace_map";

    private static final char ESCAPE = '\\';

    /** @throws IOException when it isn't such a file's text */
    static TablespaceMap parse(String text) throws IOException {
        Map<String, Path> places = new LinkedHashMap<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == ESCAPE && i + 1 < text.length()) {
                i++;
                line.append(text.charAt(i));
            } else if (each == '\n' || each == '\r') {
                add(line, places);
                line.setLength(0);
            } else {
                line.append(each);
            }
        }
        add(line, places);
        return new TablespaceMap(places);
    }

    private static void add(StringBuilder line, Map<String, Path> places) throws IOException {
        if (line.isEmpty()) {
            return;
        }
        int space = line.indexOf(" ");
        boolean number = space > 0 && line.substring(0, space).chars().allMatch(Character::isDigit);
        if (!number || space + 1 == line.length()) {
            throw new IOException("a " + FILE_NAME + " with the line \"" + line + "\"");
        }
        places.put(line.substring(0, space), Path.of(line.substring(space + 1)));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        places.forEach((number, place) -> {
            text.append(number).append(' ');
            for (char each : place.toString().toCharArray()) {
                if (each == '\n' || each == '\r' || each == ESCAPE) {
                    text.append(ESCAPE);
                }
                text.append(each);
            }
            text.append('\n');
        });
        return text.toString();
    }
}
