package io.saddlebag.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object of an image.
 *
 * @param path relative to the source's root, without {@code .}, {@code ..} and empty names; {@code .} is the root itself
 * @param size bytes of content promised, holes included; 0 for all but files
 * @param link the target, for links only: of a hard link a path in this image, of a symbolic link any bytes
 * @param device for devices only
 * @param sparse where a file with holes holds data; null for one without, and for all but files
 */
public record ImageMember(
        ByteString path,
        MemberType type,
        MemberAttributes attributes,
        long size,
        @Nullable ByteString link,
        @Nullable DeviceNumber device,
        @Nullable SparseMap sparse,
        Content content) {
    /** Bytes. */
    public static final int MAX_NAME_BYTES = 32_767;

    /** The path of the source's root. */
    public static final ByteString ROOT = ByteString.of(".");

    private static final MemberAttributes NOTHING_KNOWN =
            MemberAttributes.of(0, Owner.ROOT, MemberTimes.modified(java.time.Instant.EPOCH));

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
        if (sparse != null && (type != MemberType.FILE || sparse.end() > size)) {
            throw new IllegalArgumentException("a " + type + " of " + size + " bytes with data up to " + sparse.end());
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
        return new ImageMember(path, MemberType.FILE, attributes, size, null, null, null, content);
    }

    /** @param content the pieces of the map, one behind the other */
    public static ImageMember sparseFile(
            ByteString path, MemberAttributes attributes, long size, SparseMap sparse, Content content) {
        return new ImageMember(path, MemberType.FILE, attributes, size, null, null, sparse, content);
    }

    public static ImageMember directory(ByteString path, MemberAttributes attributes) {
        return new ImageMember(path, MemberType.DIRECTORY, attributes, 0, null, null, null, Content.NONE);
    }

    public static ImageMember symbolicLink(ByteString path, MemberAttributes attributes, ByteString target) {
        return new ImageMember(path, MemberType.SYMBOLIC_LINK, attributes, 0, target, null, null, Content.NONE);
    }

    /** @param target the path of a file earlier in the same image, or in one that it was made on top of (D2) */
    public static ImageMember hardLink(ByteString path, MemberAttributes attributes, ByteString target) {
        return new ImageMember(path, MemberType.HARD_LINK, attributes, 0, target, null, null, Content.NONE);
    }

    /** @param type {@link MemberType#CHARACTER_DEVICE} or {@link MemberType#BLOCK_DEVICE} */
    public static ImageMember device(
            ByteString path, MemberType type, MemberAttributes attributes, DeviceNumber device) {
        return new ImageMember(path, type, attributes, 0, null, device, null, Content.NONE);
    }

    public static ImageMember fifo(ByteString path, MemberAttributes attributes) {
        return new ImageMember(path, MemberType.FIFO, attributes, 0, null, null, null, Content.NONE);
    }

    public static ImageMember socket(ByteString path, MemberAttributes attributes) {
        return new ImageMember(path, MemberType.SOCKET, attributes, 0, null, null, null, Content.NONE);
    }

    /** Something that was there in the image's parent, and is no more (D2). */
    public static ImageMember deleted(ByteString path) {
        return new ImageMember(path, MemberType.DELETED, NOTHING_KNOWN, 0, null, null, null, Content.NONE);
    }

    /**
     * Something of which nothing but the name could be read (D4). An image warns of it as of a file, and doesn't hold it.
     *
     * @param content fails when it is opened, with the reason
     */
    public static ImageMember unread(ByteString path, Content content) {
        return file(path, NOTHING_KNOWN, 0, content);
    }

    /** The path of an image for an absolute path of the source: {@code /a/b} is {@code a/b}, {@code /} is {@code .}. */
    public static ByteString pathOf(String absolute) {
        return MemberName.relative(ByteString.of(absolute));
    }

    /** As {@link #pathOf(String)}, of a path's bytes, whatever they stand for. */
    public static ByteString pathOf(byte[] absolute) {
        return MemberName.relative(ByteString.copyOf(absolute));
    }

    /** Bytes of content that are stored: {@link #size()} without the holes. */
    public long dataBytes() {
        return sparse == null ? size : sparse.dataBytes();
    }

    /** As {@link #absolutePath}, and different for different bytes: what catalogs know it by. */
    public String exactPath() {
        return path.equals(ROOT) ? "/" : "/" + path.toExactText();
    }

    /** As on the source: {@code /} and the path, for people. */
    public String absolutePath() {
        return path.equals(ROOT) ? "/" : "/" + path;
    }

    /** Whether the member describes the image, rather than being part of the source. */
    public boolean isOwn() {
        return MemberName.isOwn(path);
    }
}
