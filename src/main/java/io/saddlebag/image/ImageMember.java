package io.saddlebag.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object of an image.
 *
 * @param path relative to the source's root, without {@code .}, {@code ..} and empty names; {@code .} is the root itself
 * @param size bytes of content promised; 0 for all but files
 * @param link the target, for links only: of a hard link a path in this image, of a symbolic link any bytes
 * @param device for devices only
 */
public record ImageMember(
        ByteString path,
        MemberType type,
        MemberAttributes attributes,
        long size,
        @Nullable ByteString link,
        @Nullable DeviceNumber device,
        Content content) {
    /** Bytes. */
    public static final int MAX_NAME_BYTES = 32_767;

    /** The path of the source's root. */
    public static final ByteString ROOT = ByteString.of(".");

    /** @throws IllegalArgumentException when the parts don't fit together, or a name can't be archived */
    public ImageMember {
        Objects.requireNonNull(content);
        String fault = MemberName.faultOf(path);
        if (fault != null) {
            throw new IllegalArgumentException("'" + path + "' is no path of an image: it " + fault);
        }
        if (size < 0 || (size > 0 && type != MemberType.FILE)) {
            throw new IllegalArgumentException("a " + type + " has no content of " + size + " bytes");
        }
        if (type.isLink() != (link != null) || type.isDevice() != (device != null)) {
            throw new IllegalArgumentException("a " + type + " with link " + link + " and device " + device);
        }
        String linkFault = link == null ? null : MemberName.faultOfLink(type, link);
        if (linkFault != null) {
            throw new IllegalArgumentException("'" + link + "' is no target of a link: it " + linkFault);
        }
    }

    public static ImageMember file(ByteString path, MemberAttributes attributes, long size, Content content) {
        return new ImageMember(path, MemberType.FILE, attributes, size, null, null, content);
    }

    public static ImageMember directory(ByteString path, MemberAttributes attributes) {
        return new ImageMember(path, MemberType.DIRECTORY, attributes, 0, null, null, Content.NONE);
    }

    public static ImageMember symbolicLink(ByteString path, MemberAttributes attributes, ByteString target) {
        return new ImageMember(path, MemberType.SYMBOLIC_LINK, attributes, 0, target, null, Content.NONE);
    }

    /** @param target the path of a file earlier in the same image */
    public static ImageMember hardLink(ByteString path, MemberAttributes attributes, ByteString target) {
        return new ImageMember(path, MemberType.HARD_LINK, attributes, 0, target, null, Content.NONE);
    }

    /** @param type {@link MemberType#CHARACTER_DEVICE} or {@link MemberType#BLOCK_DEVICE} */
    public static ImageMember device(
            ByteString path, MemberType type, MemberAttributes attributes, DeviceNumber device) {
        return new ImageMember(path, type, attributes, 0, null, device, Content.NONE);
    }

    public static ImageMember fifo(ByteString path, MemberAttributes attributes) {
        return new ImageMember(path, MemberType.FIFO, attributes, 0, null, null, Content.NONE);
    }

    public static ImageMember socket(ByteString path, MemberAttributes attributes) {
        return new ImageMember(path, MemberType.SOCKET, attributes, 0, null, null, Content.NONE);
    }

    /** The path of an image for an absolute path of the source: {@code /a/b} is {@code a/b}, {@code /} is {@code .}. */
    public static ByteString pathOf(String absolute) {
        return MemberName.relative(ByteString.of(absolute));
    }

    /** As on the source: {@code /} and the path. */
    public String absolutePath() {
        return path.equals(ROOT) ? "/" : "/" + path;
    }

    /** Whether the member describes the image, rather than being part of the source. */
    public boolean isOwn() {
        return MemberName.isOwn(path);
    }
}
