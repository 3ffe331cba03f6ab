package io.saddlebag.media;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** The form of free text in label records: printable ASCII, the rest as {@code %XX} of its UTF-8 bytes. */
final class LabelText {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private LabelText() {}

    /** What the text looks like in so many columns, without the blanks behind; cut at a character. */
    static String encode(String text, int columns) {
        List<String> characters = text.codePoints().mapToObj(LabelText::encode).collect(Collectors.toList());
        // blanks at the edges would be lost among the padding
        for (int i = 0; i < characters.size() && characters.get(i).equals(" "); i++) {
            characters.set(i, "%20");
        }
        for (int i = characters.size() - 1; i >= 0 && characters.get(i).equals(" "); i--) {
            characters.set(i, "%20");
        }
        StringBuilder encoded = new StringBuilder();
        for (String c : characters) {
            if (encoded.length() + c.length() > columns) {
                break;
            }
            encoded.append(c);
        }
        return encoded.toString().stripTrailing();
    }

    /** What is left of the text when it was written to so many columns and read again. */
    static String cut(String text, int columns) {
        try {
            return decode(encode(text, columns), "");
        } catch (LabelException e) {
            throw new IllegalStateException("encoded text can't be decoded", e);
        }
    }

    private static String encode(int codePoint) {
        if (codePoint >= ' ' && codePoint <= '~' && codePoint != '%') {
            return Character.toString(codePoint);
        }
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            return "?"; // half a character has no UTF-8 form
        }
        StringBuilder escaped = new StringBuilder();
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            escaped.append('%').append(HEX.toHexDigits(b));
        }
        return escaped.toString();
    }

    /** @throws LabelException {@link LabelFault#BAD_TEXT} */
    static String decode(String encoded, String where) throws LabelException {
        List<Byte> bytes = new ArrayList<>(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c != '%') {
                bytes.add((byte) c);
            } else if (i + 2 < encoded.length() && isHex(encoded.charAt(i + 1)) && isHex(encoded.charAt(i + 2))) {
                bytes.add((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else {
                throw new LabelException(LabelFault.BAD_TEXT, where + " has a % without two hexadecimal digits");
            }
        }
        ByteBuffer utf8 = ByteBuffer.allocate(bytes.size());
        bytes.forEach(utf8::put);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(utf8.flip())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new LabelException(LabelFault.BAD_TEXT, where + " is not UTF-8");
        }
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    }
}
