package io.saddlebag.wallet;

import io.saddlebag.age.Identity;
import io.saddlebag.age.Password;
import io.saddlebag.age.X25519Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in a wallet, in the clear: a file of identities as {@code age -i} reads it. Names and passwords stand in its comments.
 *
 * <pre>
 * # Saddlebag wallet 1
 * # key nightly
 * AGE-SECRET-KEY-1...
 * # password paper correct horse
 * </pre>
 */
final class WalletText {
    /** Of all its keys: some hundreds. */
    static final int MAX_BYTES = 64 << 10;

    private static final String HEAD = "# Saddlebag wallet 1\n";
    private static final String KEY = "# key ";
    private static final String PASSWORD = "# password ";

    private WalletText() {}

    /** @return to be overwritten by the caller; of more than {@link #MAX_BYTES} bytes when these are too many keys */
    static byte[] format(List<WalletKey> keys) {
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(ascii(HEAD));
        for (WalletKey key : keys) {
            if (key.identities().get(0) instanceof Password password) {
                pieces.add(ascii(PASSWORD + key.name() + " "));
                pieces.add(password.secretBytes());
                pieces.add(ascii("\n"));
                continue;
            }
            pieces.add(ascii(KEY + key.name() + "\n"));
            for (Identity identity : key.identities()) {
                pieces.add(ascii(((X25519Identity) identity).secretText() + "\n"));
            }
        }
        ByteBuffer all = ByteBuffer.allocate(
                pieces.stream().mapToInt(each -> each.length).sum());
        for (byte[] piece : pieces) {
            all.put(piece);
            Arrays.fill(piece, (byte) 0);
        }
        return all.array();
    }

    /**
     * @param plain left as it is
     * @throws IllegalArgumentException naming the line and never what is in it
     */
    static List<WalletKey> parse(byte[] plain) {
        Map<String, List<Identity>> found = new LinkedHashMap<>();
        String name = "";
        int line = 0;
        int from = 0;
        while (from < plain.length) {
            line++;
            int end = from;
            while (end < plain.length && plain[end] != '\n') {
                end++;
            }
            try {
                if (startsWith(plain, from, end, PASSWORD)) {
                    password(plain, from + PASSWORD.length(), end, found);
                } else if (startsWith(plain, from, end, KEY)) {
                    name = text(plain, from + KEY.length(), end).strip();
                } else if (end > from && plain[from] != '#') {
                    identity(name, text(plain, from, end).strip(), found);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + line + ": " + e.getMessage(), e);
            }
            from = end + 1;
        }
        List<WalletKey> keys = new ArrayList<>();
        found.forEach((each, identities) -> keys.add(new WalletKey(each, identities)));
        return keys;
    }

    /** One that stands under no name was put there by hand, and is called by its id. */
    private static void identity(String name, String text, Map<String, List<Identity>> found) {
        if (!text.isEmpty()) {
            X25519Identity identity = X25519Identity.parse(text);
            found.computeIfAbsent(name.isEmpty() ? identity.keyId() : name, each -> new ArrayList<>())
                    .add(identity);
        }
    }

    private static void password(byte[] plain, int from, int end, Map<String, List<Identity>> found) {
        int space = from;
        while (space < end && plain[space] != ' ') {
            space++;
        }
        String name = text(plain, from, space);
        byte[] secret = Arrays.copyOfRange(plain, Math.min(space + 1, end), end);
        try {
            found.computeIfAbsent(name, each -> new ArrayList<>()).add(Password.of(name, secret));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static boolean startsWith(byte[] plain, int from, int end, String beginning) {
        byte[] wanted = ascii(beginning);
        return end - from >= wanted.length
                && Arrays.equals(plain, from, from + wanted.length, wanted, 0, wanted.length);
    }

    private static String text(byte[] plain, int from, int end) {
        return new String(plain, from, end - from, StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
