package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of an extended header: {@code LENGTH KEYWORD=VALUE\n} (POSIX.1-2001, pax, "pax Extended Header"). */
final class PaxRecords {
    /** Of one extended header, bytes. */
    static final int MAX_BYTES = 1 << 20;

    static final String XATTR = "SCHILY.xattr.";
    static final String FLAGS = "SCHILY.fflags";
    static final String SPARSE = "GNU.sparse.";
    static final String SPARSE_NAME = SPARSE + "name";
    static final String SPARSE_SIZE = SPARSE + "realsize";

    private static final int MAX_LENGTH_DIGITS = 7;

    private PaxRecords() {}

    static void append(ByteArrayOutputStream to, String keyword, byte[] value) {
        byte[] key = keyword.getBytes(UTF_8);
        int rest = 1 + key.length + 1 + value.length + 1;
        int length = rest + 1;
        // the length counts its own digits
        while (rest + Integer.toString(length).length() != length) {
            length = rest + Integer.toString(length).length();
        }
        to.writeBytes(Integer.toString(length).getBytes(US_ASCII));
        to.write(' ');
        to.writeBytes(key);
        to.write('=');
        to.writeBytes(value);
        to.write('\n');
    }

    static void append(ByteArrayOutputStream to, String keyword, String value) {
        append(to, keyword, value.getBytes(UTF_8));
    }

    /** The keywords and values; null when the bytes aren't a row of records. The last of a keyword counts. */
    static @Nullable Map<String, byte[]> parse(byte[] bytes) {
        Map<String, byte[]> records = new LinkedHashMap<>();
        int at = 0;
        while (at < bytes.length) {
            int blank = indexOf(bytes, ' ', at, Math.min(bytes.length, at + MAX_LENGTH_DIGITS + 1));
            int length = blank < 0 ? -1 : lengthOf(bytes, at, blank);
            if (length <= blank - at + 1 || length > bytes.length - at || bytes[at + length - 1] != '\n') {
                return null;
            }
            int end = at + length - 1;
            int equals = indexOf(bytes, '=', blank + 1, end);
            if (equals <= blank + 1) {
                return null;
            }
            String keyword = new String(bytes, blank + 1, equals - blank - 1, UTF_8);
            records.put(keyword, Arrays.copyOfRange(bytes, equals + 1, end));
            at = end + 1;
        }
        return records;
    }

    private static int lengthOf(byte[] bytes, int from, int to) {
        int length = from == to ? -1 : 0;
        for (int i = from; i < to && length >= 0; i++) {
            int digit = bytes[i] - '0';
            length = digit < 0 || digit > 9 ? -1 : length * 10 + digit;
        }
        return length;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** As GNU tar does: a keyword can't hold the sign that ends it. */
    static String xattrKeyword(String name) {
        return XATTR + name.replace("%", "%25").replace("=", "%3D");
    }

    static String xattrName(String keyword) {
        return keyword.substring(XATTR.length()).replace("%3D", "=").replace("%25", "%");
    }
}
