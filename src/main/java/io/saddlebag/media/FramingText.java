package io.saddlebag.media;

import io.saddlebag.framing.BlockCheck;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.quantity.BlockSize;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How an image label says that its data blocks are framed: {@code P1A010}. */
final class FramingText {
    private static final Pattern FORM = Pattern.compile("P1([NSA])(\\d{3})");

    private FramingText() {}

    /** Empty for bare blocks. */
    static String of(@Nullable ProtectedFraming framing) {
        return framing == null
                ? ""
                : String.format(Locale.ROOT, "P1%c%03d", letter(framing.check()), framing.groupSize());
    }

    /** @throws IllegalArgumentException when it is no framing */
    static ProtectedFraming parse(String text, BlockSize blockSize) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a framing, as in P1A010");
        }
        char letter = m.group(1).charAt(0);
        BlockCheck check =
                letter == 'N' ? BlockCheck.NONE : letter == 'S' ? BlockCheck.CHECKSUM : BlockCheck.AUTODIN_II;
        return new ProtectedFraming(blockSize, check, Integer.parseInt(m.group(2)));
    }

    private static char letter(BlockCheck check) {
        return switch (check) {
            case NONE -> 'N';
            case CHECKSUM -> 'S';
            case AUTODIN_II -> 'A';
        };
    }
}
