package io.saddlebag.posix.linux;

import io.saddlebag.posix.Errno;
import io.saddlebag.posix.PosixException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lists of names as listxattr(2) gives them: each with a zero at its end. */
final class AttributeNames {
    /** The kernel's own limit (linux/limits.h). */
    private static final int XATTR_LIST_MAX = 65_536;

    private AttributeNames() {}

    interface Size {
        long ask() throws PosixException;
    }

    interface Reading {
        long into(byte[] names) throws PosixException;
    }

    /** Asks for the size first, which is 0 nearly always. Empty where the file system has no attributes. */
    static List<String> listed(Size size, Reading reading) throws PosixException {
        try {
            if (size.ask() == 0) {
                return List.of();
            }
            byte[] names = new byte[XATTR_LIST_MAX];
            return split(names, (int) reading.into(names));
        } catch (PosixException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<String> split(byte[] names, int length) {
        List<String> list = new ArrayList<>();
        for (int start = 0, i = 0; i < length; i++) {
            if (names[i] == 0) {
                list.add(new String(names, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return list;
    }
}
