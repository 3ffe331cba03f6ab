package io.saddlebag.posix;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a call failed (errno(3)); the numbers are those of Linux on x86-64 and aarch64. */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    EIO(5, "input/output error"),
    ENXIO(6, "no such device or address"),
    EACCES(13, "permission denied"),
    EBUSY(16, "device or resource busy"),
    EEXIST(17, "file exists"),
    EXDEV(18, "on another file system"),
    ENODEV(19, "no such device or file system type"),
    ENOTDIR(20, "not a directory"),
    EINVAL(22, "invalid argument"),
    ENOTTY(25, "not supported by this file system or device"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "no space left on device"),
    EROFS(30, "read-only file system"),
    EMLINK(31, "too many links"),
    ERANGE(34, "result too large"),
    ENAMETOOLONG(36, "file name too long"),
    ENOSYS(38, "not known to this kernel"),
    ENOTEMPTY(39, "directory not empty"),
    ELOOP(40, "a symbolic link where none may be"),
    ENODATA(61, "no data available"),
    EOVERFLOW(75, "value too large"),
    EOPNOTSUPP(95, "operation not supported"),
    ESTALE(116, "stale file handle"),
    EDQUOT(122, "disk quota exceeded"),
    /** Any other; its number is in the exception's text. */
    OTHER(-1, "failed");

    private static final Map<Integer, Errno> BY_NUMBER =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(e -> e.number, Function.identity()));

    private final int number;
    private final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public static Errno of(int number) {
        return BY_NUMBER.getOrDefault(number, OTHER);
    }

    /** In words, lower case. */
    public String text() {
        return text;
    }
}
