package io.saddlebag.host.local;

import java.nio.charset.Charset;
import java.util.function.Consumer;

/** Cuts a program's output into lines of bounded length. One thread. */
final class LineSplitter {
    private final byte[] held;
    private final Charset charset;
    private final Consumer<String> lines;
    private int length;
    private boolean cut;

    /** @param longestLine in bytes; what is longer comes as several lines */
    LineSplitter(int longestLine, Charset charset, Consumer<String> lines) {
        this.held = new byte[longestLine];
        this.charset = charset;
        this.lines = lines;
    }

    void accept(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                endLine();
            } else {
                if (length == held.length) {
                    cutLine();
                }
                held[length++] = bytes[i];
            }
        }
    }

    /** Hands over a last line that has no line end. */
    void end() {
        if (length > 0) {
            endLine();
        }
    }

    private void endLine() {
        int end = length > 0 && held[length - 1] == '\r' ? length - 1 : length;
        if (end > 0 || !cut) {
            lines.accept(new String(held, 0, end, charset));
        }
        length = 0;
        cut = false;
    }

    private void cutLine() {
        int end = startOfLastCharacter();
        lines.accept(new String(held, 0, end, charset));
        System.arraycopy(held, end, held, 0, length - end);
        length -= end;
        cut = true;
    }

    /** So that a cut doesn't fall inside a character of UTF-8, which is at most 4 bytes long (RFC 3629, 3). */
    private int startOfLastCharacter() {
        for (int back = 1; back <= 4 && back < length; back++) {
            int b = held[length - back] & 0xFF;
            if (b < 0x80) {
                return length;
            }
            if (b >= 0xC0) {
                return length - back;
            }
        }
        return length;
    }
}
