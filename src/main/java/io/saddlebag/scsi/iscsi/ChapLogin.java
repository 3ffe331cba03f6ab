package io.saddlebag.scsi.iscsi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Whom a target asks for (CHAP, RFC 7143, 12.1.3). The secret comes from a file or an environment variable, and is never
 * shown: not by {@link #toString}, not in messages.
 */
public final class ChapLogin {
    /** libiscsi cuts off what is longer without a word. */
    private static final int LONGEST = 254;

    private final String user;
    private final byte[] secret;

    private ChapLogin(String user, byte[] secret, String origin) {
        if (user.isEmpty()
                || user.length() > LONGEST
                || !StandardCharsets.US_ASCII.newEncoder().canEncode(user)) {
            throw new IllegalArgumentException("a CHAP user is 1 to " + LONGEST + " ASCII characters");
        }
        if (secret.length == 0 || secret.length > LONGEST || contains(secret, (byte) 0)) {
            throw new IllegalArgumentException(
                    "the CHAP secret " + origin + " has " + secret.length + " bytes, 1 to " + LONGEST + " are valid");
        }
        this.user = user;
        this.secret = secret;
    }

    /** @param file the secret in its first line, without the line's end; not closed */
    public static ChapLogin read(String user, InputStream file) throws IOException {
        byte[] bytes = file.readNBytes(LONGEST + 2);
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        return new ChapLogin(user, Arrays.copyOf(bytes, end), "in its file");
    }

    public static ChapLogin fromVariable(String user, Map<String, String> environment, String variable) {
        String secret = environment.get(variable);
        if (secret == null) {
            throw new IllegalArgumentException("there is no environment variable " + variable + " with a CHAP secret");
        }
        return new ChapLogin(user, secret.getBytes(StandardCharsets.UTF_8), "in " + variable);
    }

    String user() {
        return user;
    }

    /** With a zero at the end, as C takes it; the caller overwrites it after use. */
    byte[] terminatedSecret() {
        return Arrays.copyOf(secret, secret.length + 1);
    }

    @Override
    public String toString() {
        return "CHAP user " + user;
    }

    private static boolean contains(byte[] bytes, byte sought) {
        for (byte b : bytes) {
            if (b == sought) {
                return true;
            }
        }
        return false;
    }
}
