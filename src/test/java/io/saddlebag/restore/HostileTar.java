package io.saddlebag.restore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** A tar stream byte by byte, with whatever no honest program writes; only the checksums of its headers are right. */
final class HostileTar {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    HostileTar file(String name, String text) {
        return member('0', name, "", text);
    }

    HostileTar folder(String name) {
        return member('5', name, "", "");
    }

    HostileTar link(String name, String to) {
        return member('2', name, to, "");
    }

    HostileTar hardLink(String name, String to) {
        return member('1', name, to, "");
    }

    HostileTar fifo(String name) {
        return member('6', name, "", "");
    }

    HostileTar device(char type, String name, long major, long minor) {
        return add(header(type, name, "", 0, 0644, major, minor), "");
    }

    HostileTar fileOfMode(String name, int mode, String text) {
        return add(header('0', name, "", text.length(), mode, 0, 0), text);
    }

    HostileTar member(char type, String name, String link, String text) {
        return add(header(type, name, link, text.length(), type == '5' ? 0755 : 0644, 0, 0), text);
    }

    /** A header that promises what doesn't come. */
    HostileTar promise(char type, String name, long size) {
        return add(header(type, name, "", size, 0644, 0, 0), "");
    }

    /** Records of the form {@code keyword=value}, before the next member. */
    HostileTar pax(String... records) {
        StringBuilder all = new StringBuilder();
        for (String each : records) {
            all.append(record(each));
        }
        return member('x', "PaxHeaders/x", "", all.toString());
    }

    /** What follows its own idea of records. */
    HostileTar rawPax(String text) {
        return member('x', "PaxHeaders/x", "", text);
    }

    HostileTar globalPax(String... records) {
        StringBuilder all = new StringBuilder();
        for (String each : records) {
            all.append(record(each));
        }
        return member('g', "PaxHeaders/g", "", all.toString());
    }

    /** GNU tar's format 1.0: the map stands in front of the pieces. */
    HostileTar sparse(String name, String realSize, String map, String pieces) {
        pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=" + name, "GNU.sparse.realsize=" + realSize);
        String padded = map + "\0".repeat((BLOCK - map.length() % BLOCK) % BLOCK);
        return member('0', "GNUSparseFile/" + "x", "", padded + pieces);
    }

    HostileTar bytes(byte[] raw) {
        out.writeBytes(raw);
        return this;
    }

    byte[] end() {
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    byte[] cutOff() {
        return out.toByteArray();
    }

    static String record(String text) {
        int length = text.length() + 3;
        while (String.valueOf(length).length() + text.length() + 2 != length) {
            length = String.valueOf(length).length() + text.length() + 2;
        }
        return length + " " + text + "\n";
    }

    private HostileTar add(byte[] header, String text) {
        out.writeBytes(header);
        out.writeBytes(text.getBytes(ISO_8859_1));
        out.writeBytes(new byte[(BLOCK - text.length() % BLOCK) % BLOCK]);
        return this;
    }

    private static byte[] header(char type, String name, String link, long size, int mode, long major, long minor) {
        byte[] block = new byte[BLOCK];
        put(block, 0, 100, name);
        put(block, 100, 8, octal(mode, 7));
        put(block, 108, 8, octal(0, 7));
        put(block, 116, 8, octal(0, 7));
        number(block, 124, 12, size);
        put(block, 136, 12, octal(1_700_000_000L, 11));
        block[156] = (byte) type;
        put(block, 157, 100, link);
        put(block, 257, 8, "ustar\00000");
        number(block, 329, 8, major);
        number(block, 337, 8, minor);
        put(block, 148, 8, "        ");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, 8, octal(sum, 6) + "\0 ");
        return block;
    }

    /** Octal, or base 256 for what doesn't fit and for what is negative. */
    private static void number(byte[] block, int at, int length, long value) {
        String octal = octal(value, length - 1);
        if (value >= 0 && octal.length() == length - 1) {
            put(block, at, length, octal);
            return;
        }
        for (int i = 0; i < length; i++) {
            int shift = 8 * (length - 1 - i);
            block[at + i] = (byte) (shift > 56 ? (value < 0 ? 0xff : 0) : value >> shift);
        }
        block[at] |= (byte) 0x80;
    }

    private static String octal(long value, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", value);
    }

    private static void put(byte[] block, int at, int length, String text) {
        byte[] bytes = text.getBytes(at == 257 ? US_ASCII : ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, Math.min(length, bytes.length));
    }
}
