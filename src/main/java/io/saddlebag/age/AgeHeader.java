package io.saddlebag.age;

import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The header of a file: its key, wrapped for each recipient (age, "Header"). */
final class AgeHeader {
    /** How each file begins. */
    static final String VERSION = "age-encryption.org/v1";

    static final String SCRYPT = "scrypt";

    private static final int MAX_BYTES = 128 << 10;
    private static final int MAC_BYTES = 32;
    private static final int COLUMNS = 64;
    private static final String ARROW = "-> ";
    private static final String END = "---";

    private final List<Stanza> stanzas;
    private final byte[] authenticated;
    private final byte[] mac;

    private AgeHeader(List<Stanza> stanzas, byte[] authenticated, byte[] mac) {
        this.stanzas = List.copyOf(stanzas);
        this.authenticated = authenticated;
        this.mac = mac;
    }

    static AgeHeader of(FileKey key, List<Stanza> stanzas) {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        for (Stanza stanza : stanzas) {
            text.append(ARROW).append(String.join(" ", stanza.arguments())).append('\n');
            String body = Base64Text.encode(stanza.body());
            for (int at = 0; at <= body.length(); at += COLUMNS) {
                text.append(body, at, Math.min(at + COLUMNS, body.length())).append('\n');
            }
        }
        byte[] authenticated = text.append(END).toString().getBytes(StandardCharsets.US_ASCII);
        return new AgeHeader(stanzas, authenticated, key.mac(authenticated));
    }

    List<Stanza> stanzas() {
        return stanzas;
    }

    boolean hasPassword() {
        return stanzas.get(0).type().equals(SCRYPT);
    }

    byte[] encode() {
        byte[] end = (" " + Base64Text.encode(mac) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(authenticated, authenticated.length + end.length);
        System.arraycopy(end, 0, all, authenticated.length, end.length);
        return all;
    }

    /** @throws ImageException when it was changed by somebody without the key */
    void authenticate(FileKey key) throws ImageException {
        if (!MessageDigest.isEqual(mac, key.mac(authenticated))) {
            throw damaged("does not carry the right authentication code");
        }
    }

    /**
     * Reads no byte more than the header.
     *
     * @throws ImageException when this is none, or is cut off
     */
    static AgeHeader read(InputStream in) throws IOException {
        Lines lines = new Lines(in);
        if (!lines.next().equals(VERSION)) {
            throw damaged("does not begin with the line " + VERSION);
        }
        List<Stanza> stanzas = new ArrayList<>();
        String line = lines.next();
        while (line.startsWith(ARROW)) {
            stanzas.add(stanza(line.substring(ARROW.length()), lines));
            line = lines.next();
        }
        if (stanzas.isEmpty()) {
            throw damaged("has no recipient");
        }
        // what a password opens was made by somebody who knew it: nobody else may be able to
        if (stanzas.size() > 1 && stanzas.stream().anyMatch(each -> each.type().equals(SCRYPT))) {
            throw damaged("has a password beside other recipients");
        }
        if (!line.startsWith(END + " ")) {
            throw damaged("has a line that is neither a recipient nor the end");
        }
        byte[] mac = decode(line.substring(END.length() + 1));
        if (mac.length != MAC_BYTES) {
            throw damaged("has an authentication code of " + mac.length + " bytes");
        }
        byte[] all = lines.read.toByteArray();
        return new AgeHeader(stanzas, Arrays.copyOf(all, all.length - 1 - line.length() + END.length()), mac);
    }

    private static Stanza stanza(String arguments, Lines lines) throws IOException {
        List<String> parts = List.of(arguments.split(" ", -1));
        if (parts.contains("")) {
            throw damaged("has an empty argument");
        }
        StringBuilder body = new StringBuilder();
        String line = lines.next();
        while (line.length() == COLUMNS) {
            body.append(line);
            line = lines.next();
        }
        if (line.length() > COLUMNS) {
            throw damaged("has a line of " + line.length() + " characters where " + COLUMNS + " are allowed");
        }
        // canonical only as a whole; but each line must be of the alphabet, which the decoder sees to
        return new Stanza(parts, decode(body.append(line).toString()));
    }

    private static byte[] decode(String text) throws ImageException {
        try {
            return Base64Text.decode(text);
        } catch (IllegalArgumentException e) {
            throw damaged("has base64 that is not canonical");
        }
    }

    static ImageException damaged(String what) {
        return new ImageException(
                ImageFault.LAYER_DAMAGED,
                "the header of the encryption " + what,
                "Read another copy of the image; without its header nothing of this one can be decrypted.");
    }

    /** Lines of printable ASCII, ended by line feeds. */
    private static final class Lines {
        private final InputStream in;
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        Lines(InputStream in) {
            this.in = in;
        }

        String next() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int c = in.read();
                if (c < 0) {
                    throw new ImageException(
                            ImageFault.TRUNCATED,
                            "the header of the encryption ends after " + read.size() + " bytes",
                            "Read another copy of the image.");
                }
                read.write(c);
                if (c == '\n') {
                    return line.toString();
                }
                if (c < ' ' || c > '~' || read.size() > MAX_BYTES) {
                    throw damaged(
                            read.size() > MAX_BYTES
                                    ? "goes on for more than " + MAX_BYTES + " bytes"
                                    : "has a byte that is not printable");
                }
                line.append((char) c);
            }
        }
    }
}
