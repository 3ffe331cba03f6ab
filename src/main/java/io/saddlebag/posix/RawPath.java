package io.saddlebag.posix;

import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Paths as the bytes that they are on a POSIX system, whatever character set Java believes in: a name need not be UTF-8,
 * and Java may run in a locale that has no letter for it.
 */
public final class RawPath {
    private static final boolean UTF_8_NAMES = StandardCharsets.UTF_8
            .name()
            .equalsIgnoreCase(System.getProperty(
                    "sun.jnu.encoding", Charset.defaultCharset().name()));

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private RawPath() {}

    /** The bytes of the path as given: relative stays relative. */
    public static byte[] bytes(Path path) {
        String text = path.toString();
        if (isAscii(text)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        if (UTF_8_NAMES && text.indexOf('\uFFFD') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        return bytesOfUri(path);
    }

    /**
     * The path of these bytes.
     *
     * @throws IllegalArgumentException when there is a zero byte among them
     */
    public static Path of(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a path holds no zero byte");
            }
        }
        if (isAscii(bytes)) {
            return Path.of(new String(bytes, StandardCharsets.US_ASCII));
        }
        if (bytes[0] == '/') {
            return Path.of(URI.create(uri(bytes)));
        }
        // URIs are absolute: made below the root and taken off it again
        byte[] absolute = new byte[bytes.length + 1];
        absolute[0] = '/';
        System.arraycopy(bytes, 0, absolute, 1, bytes.length);
        return Path.of("/").relativize(Path.of(URI.create(uri(absolute))));
    }

    private static byte[] bytesOfUri(Path path) {
        // the raw path of the URI is the file system's own bytes, escaped (sun.nio.fs.UnixUriUtils)
        Path absolute = path.isAbsolute() ? path : Path.of("/").resolve(path);
        String escaped = absolute.toUri().getRawPath();
        byte[] bytes = new byte[escaped.length()];
        int n = 0;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes[n++] = (byte) Integer.parseInt(escaped, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[n++] = (byte) c;
            }
        }
        // a folder's URI ends in a slash that the path doesn't have
        int end = n > 1 && bytes[n - 1] == '/' ? n - 1 : n;
        return Arrays.copyOfRange(bytes, path.isAbsolute() ? 0 : 1, end);
    }

    private static String uri(byte[] absolute) {
        StringBuilder uri = new StringBuilder("file://");
        for (byte b : absolute) {
            if (b == '/' || (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z')) {
                uri.append((char) b);
            } else {
                uri.append('%').append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
            }
        }
        return uri.toString();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
