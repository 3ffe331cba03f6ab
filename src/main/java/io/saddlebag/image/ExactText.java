package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/** Any bytes as a text, and back. */
final class ExactText {
    /** Of a byte 0x00; those below 0x80 need no spelling. In a plane for private use. */
    private static final int BASE = 0x10FE00;

    private static final int FIRST = BASE + 0x80;
    private static final int LAST = BASE + 0xFF;

    private ExactText() {}

    static String of(ByteString bytes) {
        if (bytes.isAscii()) {
            return new String(bytes.shared(), ISO_8859_1);
        }
        StringBuilder text = new StringBuilder(bytes.length());
        ByteBuffer in = ByteBuffer.wrap(bytes.shared());
        CharBuffer out = CharBuffer.allocate(2 * bytes.length() + 2);
        CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        while (in.hasRemaining()) {
            CoderResult result = decoder.decode(in, out, true);
            out.flip().toString().codePoints().forEach(character -> append(text, character));
            out.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.appendCodePoint(spelling(in.get()));
            }
            decoder.reset();
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int character) {
        if (!spells(character)) {
            text.appendCodePoint(character);
            return;
        }
        for (byte b : Character.toString(character).getBytes(UTF_8)) {
            text.appendCodePoint(spelling(b));
        }
    }

    private static int spelling(byte b) {
        return b >= 0 ? b : BASE + Byte.toUnsignedInt(b);
    }

    private static boolean spells(int character) {
        return character >= FIRST && character <= LAST;
    }

    static byte[] bytes(String text) {
        if (text.codePoints().noneMatch(ExactText::spells)) {
            return text.getBytes(UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * text.length());
        text.codePoints().forEach(character -> {
            if (spells(character)) {
                bytes.write(character - BASE);
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
