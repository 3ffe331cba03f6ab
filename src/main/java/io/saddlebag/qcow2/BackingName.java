package io.saddlebag.qcow2;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a backing file may be called: a name in the image's own folder, so that no image leads to other files of a machine. */
final class BackingName {
    private BackingName() {}

    /** @throws IllegalArgumentException for a bad one */
    static void check(String name) {
        String fault = faultOf(name);
        if (fault != null) {
            throw new IllegalArgumentException("'" + name + "' can't name a backing file: it " + fault);
        }
    }

    /** Null for a good one. */
    static @Nullable String faultOf(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "is no name";
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.indexOf(':') >= 0) {
            return "has a path or protocol";
        }
        if (name.chars().anyMatch(c -> Character.isISOControl(c) || c == 0xfffd)) {
            return "has a control character, or is no UTF-8";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > Qcow2Format.MAX_BACKING_NAME_BYTES) {
            return "is longer than " + Qcow2Format.MAX_BACKING_NAME_BYTES + " bytes";
        }
        return null;
    }
}
