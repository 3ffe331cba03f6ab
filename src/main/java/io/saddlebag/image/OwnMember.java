package io.saddlebag.image;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A member that describes the image. */
final class OwnMember {
    private static final int MODE = 0644;

    private OwnMember() {}

    /**
     * Header, content and padding.
     *
     * @param stream digest of headers and padding, to which these are added
     */
    static byte[] of(ByteString path, byte[] content, Instant created, Sha256 stream) {
        MemberAttributes attributes =
                MemberAttributes.of(MODE, Owner.ROOT, MemberTimes.modified(created.truncatedTo(ChronoUnit.SECONDS)));
        byte[] header = MemberHeader.of(ImageMember.file(path, attributes, content.length, Content.NONE));
        byte[] whole = new byte[header.length + content.length + TarBlock.padding(content.length)];
        System.arraycopy(header, 0, whole, 0, header.length);
        System.arraycopy(content, 0, whole, header.length, content.length);
        stream.update(header, 0, header.length);
        stream.update(whole, header.length + content.length, whole.length - header.length - content.length);
        return whole;
    }
}
