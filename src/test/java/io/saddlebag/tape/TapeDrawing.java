package io.saddlebag.tape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tapes as text: {@code abcd|efgh|#} is two blocks and a filemark. */
public final class TapeDrawing {
    private TapeDrawing() {}

    public static ByteBuffer block(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes a drawing from the drive's position on. */
    public static void write(TapeDrive drive, String drawing) throws IOException {
        for (String object : drawing.split("\\|")) {
            if (object.equals("#")) {
                drive.writeFilemarks(1);
            } else {
                drive.write(block(object));
            }
        }
    }

    /** Reads from the drive's position to the end of data. */
    public static String rest(TapeDrive drive) throws IOException {
        List<String> objects = new ArrayList<>();
        ByteBuffer into = ByteBuffer.allocate(1 << 16);
        for (ReadOutcome next = drive.read(into.clear());
                next.kind() != ReadOutcome.Kind.END_OF_DATA;
                next = drive.read(into.clear())) {
            objects.add(
                    next.kind() == ReadOutcome.Kind.FILEMARK
                            ? "#"
                            : StandardCharsets.US_ASCII.decode(into.flip()).toString());
        }
        return String.join("|", objects);
    }
}
