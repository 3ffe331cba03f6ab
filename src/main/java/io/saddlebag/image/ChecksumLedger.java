package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The lines of the checksums member to come. Writer and reader gather the same checksum lines; the reader compares its
 * own with those it finds. Never holds much more than {@link #FULL_BYTES}.
 */
final class ChecksumLedger {
    /** A checksums member is begun when its lines are as long, bytes. */
    static final int FULL_BYTES = 1 << 20;

    /** A checksums member is never longer, bytes: the last line may have the longest name, escaped throughout. */
    static final int MAX_BYTES = FULL_BYTES + 4 * ImageMember.MAX_NAME_BYTES;

    static final String FIRST_LINE = "# saddlebag checksums 1";
    static final String STREAM = "# stream ";
    static final String END = "# end ";
    /** The whole line of a checksums member that ends a part. */
    static final String PART = "# part";

    static final String SELF = "# self ";
    static final String WARNING = "# warning ";

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    void addFile(ByteString path, String sha256) {
        if (needsEscape(path)) {
            lines.write('\\');
        }
        text(sha256);
        text("  ");
        name(path);
        lines.write('\n');
    }

    void addSocket(ByteString path) {
        text("# socket ");
        name(path);
        lines.write('\n');
    }

    void addWarning(MemberWarning warning) {
        text(WARNING);
        text(warning.what().word());
        lines.write(' ');
        name(warning.member().path());
        lines.write('\n');
    }

    boolean isEmpty() {
        return lines.size() == 0;
    }

    boolean isFull() {
        return lines.size() >= FULL_BYTES;
    }

    boolean isOverdue() {
        return lines.size() > MAX_BYTES;
    }

    /** The lines gathered, after which it begins anew. */
    byte[] take() {
        byte[] taken = lines.toByteArray();
        lines.reset();
        return taken;
    }

    /**
     * The content of a checksums member, after which it begins anew.
     *
     * @param end the whole line {@code # end ...} or {@code # part}, or empty
     */
    byte[] takeMember(long streamBytes, String streamSha256, String end) {
        byte[] gathered = take();
        ByteArrayOutputStream member = new ByteArrayOutputStream(gathered.length + 512);
        member.writeBytes((FIRST_LINE + "\n").getBytes(US_ASCII));
        member.writeBytes(gathered);
        member.writeBytes((STREAM + streamBytes + " " + streamSha256 + "\n" + end).getBytes(US_ASCII));
        byte[] body = member.toByteArray();
        member.writeBytes((SELF + Sha256.of(body, 0, body.length) + "\n").getBytes(US_ASCII));
        return member.toByteArray();
    }

    static String endLine(long members, long files, long dataBytes) {
        return END + members + " " + files + " " + dataBytes + "\n";
    }

    private void text(String ascii) {
        lines.writeBytes(ascii.getBytes(US_ASCII));
    }

    /**
     * Tells of a warning's line.
     *
     * @param line its bytes as characters
     */
    static void warning(String line, WarningSink sink) throws IOException {
        int blank = line.indexOf(' ', WARNING.length());
        Optional<MemberWarning.What> what =
                blank < 0 ? Optional.empty() : MemberWarning.What.of(line.substring(WARNING.length(), blank));
        if (what.isPresent()) {
            sink.warned(what.get(), unescaped(line.substring(blank + 1)));
        }
    }

    private static ByteString unescaped(String name) {
        byte[] bytes = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && i + 1 < name.length()) {
                i++;
                c = switch (name.charAt(i)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> name.charAt(i);
                };
            }
            bytes[length++] = (byte) c;
        }
        return ByteString.copyOf(Arrays.copyOf(bytes, length));
    }

    private static boolean needsEscape(ByteString path) {
        return path.contains('\\') || path.contains('\n') || path.contains('\r');
    }

    private void name(ByteString path) {
        for (byte b : path.shared()) {
            switch (b) {
                case '\\' -> text("\\\\");
                case '\n' -> text("\\n");
                case '\r' -> text("\\r");
                default -> lines.write(b);
            }
        }
    }
}
