package io.saddlebag.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One object of a backup (C1).
 *
 * @param path absolute, as it was on the source, with {@code /} between names
 * @param type {@code f} file, {@code d} directory, {@code l} symbolic link, {@code h} hard link, {@code p} FIFO,
 *     {@code c} and {@code b} devices, {@code s} socket
 * @param mode permission bits, 0 to 07777
 * @param size bytes of content; 0 but for files
 * @param linkTarget null but for links
 * @param sha256 of the content, 64 hexadecimal digits; null but for files
 * @param offset of the member's header in the uncompressed tar stream, bytes
 */
public record ObjectEntry(
        String path,
        char type,
        int mode,
        long uid,
        long gid,
        long size,
        Instant modified,
        @Nullable String linkTarget,
        @Nullable String sha256,
        long offset) {}
