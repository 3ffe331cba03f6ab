package io.saddlebag.image;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What names a member may have. */
final class MemberName {
    /** The folder of the members that describe the image. */
    static final ByteString OWN = ByteString.of(".saddlebag");

    static final ByteString MANIFEST = ByteString.of(".saddlebag/image.json");
    static final ByteString CHECKSUMS = ByteString.of(".saddlebag/checksums.");

    static final ByteString DELETED = ByteString.of(".saddlebag/deleted.");

    private static final ByteString OWN_PREFIX = ByteString.of(".saddlebag/");

    private MemberName() {}

    static boolean isOwn(ByteString path) {
        return path.equals(OWN) || path.startsWith(OWN_PREFIX);
    }

    static ByteString checksums(int number) {
        return numbered(CHECKSUMS, number);
    }

    static ByteString deleted(int number) {
        return numbered(DELETED, number);
    }

    private static ByteString numbered(ByteString prefix, int number) {
        return ByteString.of(prefix + String.format(Locale.ROOT, "%06d", number));
    }

    /** What is wrong with a path, as the end of a sentence; null when nothing is. */
    static @Nullable String faultOf(ByteString path) {
        String fault = faultOfBytes(path);
        if (fault != null || path.equals(ImageMember.ROOT)) {
            return fault;
        }
        byte[] bytes = path.shared();
        int from = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                if (i == from) {
                    return "has an empty name";
                }
                if (isDots(bytes, from, i)) {
                    return "has a name . or ..";
                }
                from = i + 1;
            }
        }
        return null;
    }

    static @Nullable String faultOfLink(MemberType type, ByteString target) {
        return type == MemberType.HARD_LINK ? faultOf(target) : faultOfBytes(target);
    }

    private static @Nullable String faultOfBytes(ByteString name) {
        if (name.length() == 0) {
            return "is empty";
        }
        if (name.length() > ImageMember.MAX_NAME_BYTES) {
            return "is longer than " + ImageMember.MAX_NAME_BYTES + " bytes";
        }
        return name.contains('\0') ? "holds NUL" : null;
    }

    /**
     * Without leading and trailing slashes, empty names and names {@code .}, which mean nothing; names {@code ..} stay,
     * to be refused.
     */
    static ByteString relative(ByteString name) {
        byte[] bytes = name.shared();
        byte[] kept = new byte[bytes.length];
        int length = 0;
        int from = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i < bytes.length && bytes[i] != '/') {
                continue;
            }
            boolean meaningless = i == from || (i == from + 1 && bytes[from] == '.');
            if (!meaningless) {
                if (length > 0) {
                    kept[length++] = '/';
                }
                System.arraycopy(bytes, from, kept, length, i - from);
                length += i - from;
            }
            from = i + 1;
        }
        boolean nothing = length == 0 && bytes.length > 0;
        return nothing ? ImageMember.ROOT : ByteString.copyOf(Arrays.copyOf(kept, length));
    }

    private static boolean isDots(byte[] bytes, int from, int to) {
        int length = to - from;
        return bytes[from] == '.' && (length == 1 || (length == 2 && bytes[from + 1] == '.'));
    }
}
