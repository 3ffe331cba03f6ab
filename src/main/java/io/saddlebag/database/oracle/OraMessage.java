package io.saddlebag.database.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One message of Oracle's: {@code ORA-01110: data file 1: '...'}. Its number means the same in every language; its text
 * doesn't.
 *
 * @param facility {@code ORA}, {@code SP2}, {@code TNS}
 * @param text without line ends, since SQL*Plus wraps long ones
 */
record OraMessage(String facility, int number, String text) {
    static final int MOST = 100;
    private static final Pattern BEGIN = Pattern.compile("(ORA|SP2|TNS)-(\\d{4,5}):? *(.*)");

    /** All messages of a text, in its order; a line that begins none goes on with the one before, up to an empty line. */
    static List<OraMessage> in(List<String> lines) {
        List<OraMessage> found = new ArrayList<>();
        boolean goesOn = false;
        for (String line : lines) {
            Matcher begin = BEGIN.matcher(line.strip());
            if (begin.matches() && found.size() < MOST) {
                found.add(new OraMessage(begin.group(1), Integer.parseInt(begin.group(2)), begin.group(3)));
                goesOn = true;
            } else if (line.isBlank() || begin.matches()) {
                goesOn = false;
            } else if (goesOn) {
                OraMessage last = found.remove(found.size() - 1);
                found.add(new OraMessage(last.facility, last.number, last.text + " " + line.strip()));
            }
        }
        return found;
    }

    /** As Oracle writes it, e.g. {@code ORA-00214}. */
    String code() {
        return facility + "-" + (facility.equals("SP2") ? "%04d" : "%05d").formatted(number);
    }

    @Override
    public String toString() {
        return (code() + ": " + text.replaceAll("\\s+", " ")).strip();
    }
}
