package io.saddlebag.image;

import org.jspecify.annotations.Nullable;

/**
 * A member as it is in the image.
 *
 * @param offset of its first header in the tar stream, bytes; of a socket, where it would have been
 * @param sha256 of the content as it is in the image, 64 hexadecimal digits; null but for files
 */
public record WrittenMember(
        ImageMember member, long offset, @Nullable String sha256) {}
