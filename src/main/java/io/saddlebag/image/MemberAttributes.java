package io.saddlebag.image;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an object beside its name, type and content.
 *
 * @param mode permission bits, 0 to 07777
 * @param flags of the inode, as chattr sets them, in the words of libarchive: {@code schg}, {@code nodump}, ...
 * @param xattrs extended attributes by name; together no more than {@value #MAX_XATTR_BYTES} bytes
 * @param inode its number on the source; 0 when unknown. Not in images
 * @param unread why attributes or flags are missing, for people; null when all of them are here. Not in images
 */
public record MemberAttributes(
        int mode,
        Owner owner,
        MemberTimes times,
        Map<String, ByteString> xattrs,
        Set<String> flags,
        long inode,
        @Nullable String unread) {
    /** Names and values together, bytes. Leaves room for the names of the object in one extended header. */
    public static final int MAX_XATTR_BYTES = 768 << 10;

    private static final int PER_RECORD_BYTES = 32;
    private static final Pattern FLAG = Pattern.compile("[a-z][a-z-]{0,31}");

    public MemberAttributes {
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException("a mode is 0 to 07777, not 0" + Integer.toOctalString(mode));
        }
        if (xattrs.keySet().stream().anyMatch(name -> name.isEmpty() || name.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("the names of extended attributes are neither empty nor hold NUL");
        }
        if (!fit(xattrs)) {
            throw new IllegalArgumentException(
                    "extended attributes of " + bytes(xattrs) + " bytes are over the limit of " + MAX_XATTR_BYTES);
        }
        // sorted, so that the same object always yields the same bytes
        xattrs = Collections.unmodifiableMap(new TreeMap<>(xattrs));
        flags = Collections.unmodifiableSet(new TreeSet<>(flags));
        if (flags.stream().anyMatch(flag -> !FLAG.matcher(flag).matches())) {
            throw new IllegalArgumentException(flags + " are not flags of small letters and hyphens");
        }
    }

    /** Whether these are no more than an object of an image may have. */
    public static boolean fit(Map<String, ByteString> xattrs) {
        return bytes(xattrs) <= MAX_XATTR_BYTES;
    }

    private static long bytes(Map<String, ByteString> xattrs) {
        // a character is at most three bytes of UTF-8 and each byte at most three when escaped
        return xattrs.entrySet().stream()
                .mapToLong(xattr -> PER_RECORD_BYTES
                        + 9L * xattr.getKey().length()
                        + xattr.getValue().length())
                .sum();
    }

    public MemberAttributes(
            int mode, Owner owner, MemberTimes times, Map<String, ByteString> xattrs, Set<String> flags) {
        this(mode, owner, times, xattrs, flags, 0, null);
    }

    public MemberAttributes(int mode, Owner owner, MemberTimes times, Map<String, ByteString> xattrs) {
        this(mode, owner, times, xattrs, Set.of());
    }

    public static MemberAttributes of(int mode, Owner owner, MemberTimes times) {
        return new MemberAttributes(mode, owner, times, Map.of());
    }
}
