package io.saddlebag.framing;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Whose blocks they are: each says so in its header.
 *
 * @param imageId 1 to 36 printable characters without blanks, as in the image's label
 * @param section of the image, from 1
 */
public record FramedSection(String imageId, int section) {
    private static final Pattern IMAGE_ID = Pattern.compile("[!-~]{1," + FrameHeader.IMAGE_BYTES + "}");

    public FramedSection {
        if (!IMAGE_ID.matcher(imageId).matches()) {
            throw new IllegalArgumentException("'" + imageId + "' is not an image id; valid are 1 to "
                    + FrameHeader.IMAGE_BYTES + " printable characters without blanks");
        }
        if (section < 1) {
            throw new IllegalArgumentException("sections are counted from 1, not " + section);
        }
    }

    byte[] idBytes() {
        return imageId.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "section " + section + " of image " + imageId;
    }
}
