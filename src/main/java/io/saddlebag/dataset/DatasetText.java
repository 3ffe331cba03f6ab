package io.saddlebag.dataset;

import io.saddlebag.fault.BackupException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** The bytes of dataset files, which are UTF-8 (D1). */
public final class DatasetText {
    private DatasetText() {}

    /**
     * The text of a file.
     *
     * @param file its name, for people
     * @throws BackupException {@link DatasetFault#SYNTAX} with {@code file:line:column} of the first byte that isn't UTF-8
     */
    public static String of(String file, byte[] bytes) throws BackupException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        boolean whole = decoder.decode(in, out, true).isUnderflow();
        String text = out.flip().toString();
        if (whole) {
            return text;
        }
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        int column = text.length() - text.lastIndexOf('\n');
        throw new Place(file, line, column)
                .error(
                        "byte 0x" + Integer.toHexString(Byte.toUnsignedInt(in.get(in.position()))) + " is no UTF-8",
                        "Save the file as UTF-8, as with 'iconv -t utf-8'; expected there is a character.");
    }
}
