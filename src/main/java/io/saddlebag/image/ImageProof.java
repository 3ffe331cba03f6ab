package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is read with what the image's checksums members say. They come behind the files, so the same lines are
 * made anew from what was read, and compared; no list of files is kept (Q9).
 */
final class ImageProof {
    private static final int NAMES_SHOWN = 10;
    private static final int NAME_COLUMN = Sha256.HEX_DIGITS + 2;

    private final ChecksumLedger ledger = new ChecksumLedger();
    private long members;
    private long files;
    private long dataBytes;
    private int checksums;
    private boolean ended;
    private boolean damageReported;

    /** What one checksums member says. */
    private static final class Claims {
        final StringBuilder files = new StringBuilder();
        final List<String> warnings = new ArrayList<>();
        String stream = "";
        String end = "";
    }

    void addMember() {
        members++;
    }

    void addFile(ByteString path, String sha256) {
        ledger.addFile(path, sha256);
    }

    void countFile(long bytes) {
        files++;
        dataBytes += bytes;
    }

    ImageSummary summary(long streamBytes) {
        return new ImageSummary(members, files, dataBytes, streamBytes);
    }

    /** Before each member behind the first. */
    void expectMore(ByteString path, long at) throws ImageException {
        if (ended) {
            throw malformed("the member " + path + " at byte " + at + " stands behind the last checksums");
        }
        if (ledger.isOverdue()) {
            throw malformed("at byte " + at + " the checksums of the files before are missing");
        }
    }

    /**
     * @param at offset of the checksums member
     * @param before of all bytes before it
     * @param warnings is told of those that the member has, once it is known to be whole
     */
    void check(ByteString path, byte[] content, long at, Sha256 before, @Nullable WarningSink warnings)
            throws IOException {
        checksums++;
        if (!path.equals(MemberName.checksums(checksums))) {
            throw malformed("at byte " + at + " stands " + path + " in place of " + MemberName.checksums(checksums));
        }
        Claims claims = claims(content, path);
        if (warnings != null) {
            for (String line : claims.warnings) {
                ChecksumLedger.warning(line, warnings);
            }
        }
        compareFiles(ledger.take(), claims.files.toString().getBytes(ISO_8859_1), path);
        if (damageReported) {
            return;
        }
        if (!claims.stream.equals(at + " " + before.finish())) {
            damageReported = true;
            throw mismatch("the contents of all files are as recorded, but headers before byte " + at + " are not");
        }
        if (ended && !claims.end.equals(members + " " + files + " " + dataBytes)) {
            throw malformed("it holds " + members + " " + files + " " + dataBytes
                    + " members, files and bytes, and says " + claims.end);
        }
    }

    private Claims claims(byte[] content, ByteString path) throws ImageException {
        // bytes as characters: names are of any encoding
        String text = new String(content, ISO_8859_1);
        int self = text.lastIndexOf(ChecksumLedger.SELF);
        if (self < 0
                || !text.substring(self).equals(ChecksumLedger.SELF + Sha256.of(content, 0, self) + "\n")
                || !text.startsWith(ChecksumLedger.FIRST_LINE + "\n")) {
            throw malformed(path + " is damaged, so nothing can be said of the files before it");
        }
        Claims claims = new Claims();
        text.substring(0, self).lines().forEach(line -> {
            if (line.startsWith(ChecksumLedger.STREAM)) {
                claims.stream = line.substring(ChecksumLedger.STREAM.length());
            } else if (line.startsWith(ChecksumLedger.END)) {
                claims.end = line.substring(ChecksumLedger.END.length());
            } else if (line.startsWith(ChecksumLedger.WARNING)) {
                claims.warnings.add(line);
            } else if (!line.startsWith("#")) {
                claims.files.append(line).append('\n');
            }
        });
        ended = !claims.end.isEmpty();
        return claims;
    }

    private void compareFiles(byte[] found, byte[] recorded, ByteString path) throws ImageException {
        if (Arrays.equals(found, recorded)) {
            return;
        }
        damageReported = true;
        List<String> now = new String(found, UTF_8).lines().toList();
        List<String> then = new String(recorded, UTF_8).lines().toList();
        if (now.size() != then.size()) {
            throw mismatch(now.size() + " files precede " + path + ", which lists " + then.size());
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            if (!now.get(i).equals(then.get(i))) {
                names.add(nameOf(now.get(i)));
            }
        }
        String shown = String.join(", ", names.subList(0, Math.min(names.size(), NAMES_SHOWN)));
        throw mismatch(names.size() + (names.size() == 1 ? " file is" : " files are") + " not as recorded: " + shown
                + (names.size() > NAMES_SHOWN ? ", ..." : ""));
    }

    private static String nameOf(String line) {
        int escape = line.startsWith("\\") ? 1 : 0;
        return line.length() < NAME_COLUMN + escape ? line : line.substring(NAME_COLUMN + escape);
    }

    void end(long at) throws ImageException {
        if (!ended) {
            throw new ImageException(
                    ImageFault.TRUNCATED,
                    "the image ends at byte " + at + " of its tar stream without its last checksums",
                    "Read another copy of it; what comes before this place can be restored.");
        }
    }

    private static ImageException mismatch(String what) {
        return new ImageException(
                ImageFault.CHECKSUM_MISMATCH, what, "Restore the files named from another copy or another backup.");
    }

    private static ImageException malformed(String what) {
        return new ImageException(ImageFault.MALFORMED, "in the image " + what, "Read another copy of the image.");
    }
}
