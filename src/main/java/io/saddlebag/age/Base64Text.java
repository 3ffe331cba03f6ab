package io.saddlebag.age;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Canonical base64 without padding (RFC 4648, 3.5 and 4), as headers have it. */
final class Base64Text {
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();

    private Base64Text() {}

    static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** @throws IllegalArgumentException when it isn't canonical */
    static byte[] decode(String text) {
        byte[] bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
        if (!encode(bytes).equals(text)) {
            throw new IllegalArgumentException("base64 that is not canonical");
        }
        return bytes;
    }
}
