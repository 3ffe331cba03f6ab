package io.saddlebag.database.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of an instance's alert log, and what it says of the instance's last steps. Its words are English in every language;
 * statements stand in it as they were typed.
 */
record AlertLog(List<String> lines) {
    /** Looked at; what is before is history. */
    static final int TAIL_BYTES = 256 * 1024;

    private static final Pattern SIGNALLED = Pattern.compile("ORA-(\\d+) signalled during: (.*)");

    AlertLog {
        lines = List.copyOf(lines);
    }

    /** What the last step that concerns the database came to. */
    enum LastStep {
        /** {@code Completed: alter database open}. */
        OPENED,
        /** {@code ORA-... signalled during: alter database open}. */
        OPEN_FAILED,
        MOUNTED,
        MOUNT_FAILED,
        /** Closed in order: the files need no recovery. */
        CLOSED,
        /** It ended without being closed. */
        TERMINATED,
        STARTING,
        UNKNOWN
    }

    /** Reads the last {@value #TAIL_BYTES} bytes; a first line that was cut is left out. */
    static AlertLog read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long from = Math.max(0, size - TAIL_BYTES);
            ByteBuffer tail = ByteBuffer.allocate((int) (size - from));
            for (int n = 0; n >= 0 && tail.hasRemaining(); ) {
                n = channel.read(tail, from + tail.position());
            }
            List<String> lines = new ArrayList<>(new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            if (from > 0 && !lines.isEmpty()) {
                lines.remove(0);
            }
            return new AlertLog(lines);
        }
    }

    LastStep lastStep() {
        LastStep last = LastStep.UNKNOWN;
        for (String line : lines) {
            LastStep step = stepOf(line.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "), last);
            if (step != LastStep.UNKNOWN) {
                last = step;
            }
        }
        return last;
    }

    private static LastStep stepOf(String line, LastStep before) {
        if (line.startsWith("starting oracle instance")) {
            return LastStep.STARTING;
        }
        if (line.startsWith("completed: alter database open")) {
            return LastStep.OPENED;
        }
        if (line.startsWith("completed: alter database mount")) {
            return LastStep.MOUNTED;
        }
        if (line.startsWith("completed: alter database close")) {
            return LastStep.CLOSED;
        }
        if (line.startsWith("instance terminated by") || line.startsWith("shutting down instance (abort)")) {
            return LastStep.TERMINATED;
        }
        if (line.matches("ora-\\d+ signalled during: alter database open.*")) {
            return LastStep.OPEN_FAILED;
        }
        if (line.matches("ora-\\d+ signalled during: alter database mount.*")) {
            return LastStep.MOUNT_FAILED;
        }
        // one that was mounted and never opened leaves its files as they were
        return line.startsWith("completed: alter database dismount") && before == LastStep.CLOSED
                ? LastStep.CLOSED
                : LastStep.UNKNOWN;
    }

    /** Messages since the instance was started last. */
    List<OraMessage> messagesSinceStart() {
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("Starting ORACLE instance")) {
                start = i;
            }
        }
        List<String> since = lines.subList(start, lines.size()).stream()
                .filter(line -> !SIGNALLED.matcher(line).matches())
                .toList();
        List<OraMessage> messages = new ArrayList<>();
        for (String line : since) {
            // one line each: what follows is of something else
            messages.addAll(OraMessage.in(List.of(line)));
        }
        return messages;
    }

    /** The last line that tells of a step, as it stands there; empty when there is none. */
    String lastStepLine() {
        String found = "";
        for (String line : lines) {
            Matcher signalled = SIGNALLED.matcher(line.strip());
            if (line.regionMatches(true, 0, "Completed: ", 0, "Completed: ".length()) || signalled.matches()) {
                found = line.strip();
            }
        }
        return found;
    }
}
