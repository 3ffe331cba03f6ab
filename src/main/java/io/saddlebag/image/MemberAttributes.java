package io.saddlebag.image;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is known of an object beside its name, type and content.
 *
 * @param mode permission bits, 0 to 07777
 * @param flags of the inode, as chattr sets them, in the words of libarchive: {@code schg}, {@code nodump}, ...
 * @param xattrs extended attributes by name; together no more than {@value #MAX_XATTR_BYTES} bytes
 * @param inode its number on the source; 0 when unknown. Not in images
 */
public record MemberAttributes(
        int mode, Owner owner, MemberTimes times, Map<String, ByteString> xattrs, Set<String> flags, long inode) {
    /** Names and values together, bytes. Leaves room for the names of the object in one extended header. */
    public static final int MAX_XATTR_BYTES = 768 << 10;

    private static final int PER_RECORD_BYTES = 32;
    private static final Pattern FLAG = Pattern.compile("[a-z][a-z-]{0,31}");

    public MemberAttributes {
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException("a mode is 0 to 07777, not 0" + Integer.toOctalString(mode));
        }
        long bytes = 0;
        for (var xattr : xattrs.entrySet()) {
            if (xattr.getKey().isEmpty() || xattr.getKey().indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the names of extended attributes are neither empty nor hold NUL");
            }
            // a character is at most three bytes of UTF-8 and each byte at most three when escaped
            bytes += PER_RECORD_BYTES
                    + 9L * xattr.getKey().length()
                    + xattr.getValue().length();
        }
        if (bytes > MAX_XATTR_BYTES) {
            throw new IllegalArgumentException(
                    "extended attributes of " + bytes + " bytes are over the limit of " + MAX_XATTR_BYTES);
        }
        // sorted, so that the same object always yields the same bytes
        xattrs = Collections.unmodifiableMap(new TreeMap<>(xattrs));
        flags = Collections.unmodifiableSet(new TreeSet<>(flags));
        if (flags.stream().anyMatch(flag -> !FLAG.matcher(flag).matches())) {
            throw new IllegalArgumentException(flags + " are not flags of small letters and hyphens");
        }
    }

    public MemberAttributes(
            int mode, Owner owner, MemberTimes times, Map<String, ByteString> xattrs, Set<String> flags) {
        this(mode, owner, times, xattrs, flags, 0);
    }

    public MemberAttributes(int mode, Owner owner, MemberTimes times, Map<String, ByteString> xattrs) {
        this(mode, owner, times, xattrs, Set.of());
    }

    public static MemberAttributes of(int mode, Owner owner, MemberTimes times) {
        return new MemberAttributes(mode, owner, times, Map.of());
    }
}
