package io.saddlebag.age;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Bech32 as age writes keys: BIP 173 without its limit of length. */
final class Bech32 {
    private static final String DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int CHECKSUM_DIGITS = 6;

    /** Far more than any key has. */
    private static final int MAX_CHARACTERS = 4096;

    private Bech32() {}

    /** In lower case. */
    static String encode(String prefix, byte[] data) {
        byte[] five = regroup(data, 8, 5, true);
        byte[] all = Arrays.copyOf(five, five.length + CHECKSUM_DIGITS);
        int checksum = polymod(prefix, all) ^ 1;
        StringBuilder text = new StringBuilder(prefix).append('1');
        for (int i = 0; i < CHECKSUM_DIGITS; i++) {
            all[five.length + i] = (byte) ((checksum >>> (5 * (CHECKSUM_DIGITS - 1 - i))) & 31);
        }
        for (byte digit : all) {
            text.append(DIGITS.charAt(digit));
        }
        return text.toString();
    }

    /**
     * @param prefix in lower case
     * @throws IllegalArgumentException without the text in its message, which may be a secret
     */
    static byte[] decode(String prefix, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException("it mixes upper and lower case");
        }
        if (text.length() > MAX_CHARACTERS || !lower.startsWith(prefix + "1")) {
            throw new IllegalArgumentException("it does not begin with " + prefix + "1");
        }
        String part = lower.substring(prefix.length() + 1);
        byte[] digits = new byte[part.length()];
        for (int i = 0; i < digits.length; i++) {
            int digit = DIGITS.indexOf(part.charAt(i));
            if (digit < 0) {
                throw new IllegalArgumentException("it has a character that no key has");
            }
            digits[i] = (byte) digit;
        }
        if (digits.length < CHECKSUM_DIGITS || polymod(prefix, digits) != 1) {
            throw new IllegalArgumentException("its checksum is wrong: a character is missing or mistyped");
        }
        return regroup(Arrays.copyOf(digits, digits.length - CHECKSUM_DIGITS), 5, 8, false);
    }

    private static int polymod(String prefix, byte[] digits) {
        int sum = 1;
        byte[] name = prefix.getBytes(StandardCharsets.US_ASCII);
        for (byte c : name) {
            sum = step(sum) ^ (c >>> 5);
        }
        sum = step(sum);
        for (byte c : name) {
            sum = step(sum) ^ (c & 31);
        }
        for (byte digit : digits) {
            sum = step(sum) ^ digit;
        }
        return sum;
    }

    private static int step(int sum) {
        int top = sum >>> 25;
        int next = (sum & 0x1ffffff) << 5;
        for (int i = 0; i < GENERATOR.length; i++) {
            next ^= ((top >>> i) & 1) == 1 ? GENERATOR[i] : 0;
        }
        return next;
    }

    private static byte[] regroup(byte[] data, int from, int to, boolean pads) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int held = 0;
        int bits = 0;
        for (byte each : data) {
            held = ((held << from) | (each & ((1 << from) - 1))) & 0xfff;
            bits += from;
            while (bits >= to) {
                bits -= to;
                out.write((held >>> bits) & ((1 << to) - 1));
            }
        }
        int rest = held & ((1 << bits) - 1);
        if (pads && bits > 0) {
            out.write((rest << (to - bits)) & ((1 << to) - 1));
        } else if (!pads && (bits >= from || rest != 0)) {
            throw new IllegalArgumentException("its last character is none that a key can end with");
        }
        return out.toByteArray();
    }
}
