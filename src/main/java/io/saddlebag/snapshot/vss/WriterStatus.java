package io.saddlebag.snapshot.vss;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One writer in what {@code list writers status} prints (list writers, learn.microsoft.com). Numbers decide, words don't.
 *
 * @param id with braces, in lower case
 * @param state of VSS_WRITER_STATE (vswriter.h)
 * @param failure an HRESULT; 0 for none
 */
record WriterStatus(String name, String id, int state, long failure) {
    /** VSS_WS_STABLE: takes part in nothing. */
    static final int STABLE = 1;

    /** VSS_WS_WAITING_FOR_BACKUP_COMPLETE: got ready, froze, thawed, and waits to hear of the copy. */
    static final int WAITING_FOR_BACKUP_COMPLETE = 5;

    private static final int HEX = 16;

    /** {@code * WRITER "System Writer"}; some printings have no quotation marks. */
    private static final Pattern WRITER = Pattern.compile("^\\* \\S{1,40} \"?([^\"]{1,300})\"?$");

    /** {@code - Status: 5 (VSS_WS_WAITING_FOR_BACKUP_COMPLETE)}. */
    private static final Pattern STATE = Pattern.compile("[:：] ?(\\d{1,3}) \\(VSS_WS_\\w{1,60}\\)$");

    /** {@code - Writer Failure code: 0x00000000 (S_OK)}. */
    private static final Pattern FAILURE = Pattern.compile("[:：] ?0x([0-9A-Fa-f]{8})\\b");

    private static final Pattern ID = Pattern.compile(
            "[:：] ?(\\{[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\\})$");

    /** Writers with a part missing are left out: a required one is then not there. */
    static List<WriterStatus> parse(List<String> lines) {
        List<WriterStatus> writers = new ArrayList<>();
        String name = "";
        String id = "";
        int state = -1;
        long failure = -1;
        for (String each : lines) {
            String line = each.strip();
            Matcher writer = WRITER.matcher(line);
            if (line.startsWith("* ")) {
                name = writer.matches() ? writer.group(1) : "";
                id = "";
                state = -1;
                failure = -1;
            } else if (line.startsWith("- ") && !name.isEmpty()) {
                Matcher stateLine = STATE.matcher(line);
                Matcher failureLine = FAILURE.matcher(line);
                Matcher idLine = ID.matcher(line);
                if (stateLine.find()) {
                    state = Integer.parseInt(stateLine.group(1));
                } else if (failureLine.find()) {
                    failure = Long.parseLong(failureLine.group(1), HEX);
                } else if (idLine.find() && id.isEmpty()) {
                    // the first of two: the other is the instance's
                    id = idLine.group(1).toLowerCase(Locale.ROOT);
                }
                if (state >= 0 && failure >= 0 && !id.isEmpty()) {
                    writers.add(new WriterStatus(name, id, state, failure));
                    name = "";
                }
            }
        }
        return writers;
    }

    boolean is(String idOrName) {
        return id.equalsIgnoreCase(idOrName) || name.equals(idOrName);
    }

    boolean well() {
        return failure == 0 && (state == STABLE || state == WAITING_FOR_BACKUP_COMPLETE);
    }

    /** Whether it took part in the snapshot to its end. */
    boolean tookPart() {
        return failure == 0 && state == WAITING_FOR_BACKUP_COMPLETE;
    }

    /** For people; the codes are of vswriter.h. */
    String described() {
        String reason = switch (String.format(Locale.ROOT, "%08x", failure)) {
            case "00000000" -> "no error";
            case "800423f0" -> "inconsistent shadow copy";
            case "800423f1" -> "out of resources";
            case "800423f2" -> "timed out";
            case "800423f3" -> "retryable error";
            case "800423f4" -> "non-retryable error";
            default -> "another error";
        };
        return String.format(Locale.ROOT, "%s is in state %d: %s (0x%08x)", name, state, reason, failure);
    }
}
