package io.saddlebag.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One object of a backup (C1).
 *
 * @param path absolute, as it was on the source, with {@code /} between names; bytes that are no UTF-8 are spelt as
 *     {@code image.ByteString} has it, so that different names always differ
 * @param type {@code f} file, {@code d} directory, {@code l} symbolic link, {@code h} hard link, {@code p} FIFO,
 *     {@code c} and {@code b} devices, {@code s} socket, {@code x} what was deleted since the parent
 * @param mode permission bits, 0 to 07777
 * @param size bytes of content; 0 but for files
 * @param linkTarget null but for links
 * @param sha256 of the content, 64 hexadecimal digits; null but for files
 * @param offset of the member's header in the uncompressed tar stream, bytes
 * @param changed when its attributes or content last changed (ctime), to be compared with, never ordered by; null where that
 *     can't be relied on, so that the next backup takes the object again (D2)
 * @param inode of the file system; 0 where it isn't known, as after a rebuild from media
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
        long offset,
        @Nullable Instant changed,
        long inode) {
    /** The type of an entry which says that the object was there in the backup's parent, and is no more (D2). */
    public static final char DELETED = 'x';

    /** One that no later backup is compared with. */
    public ObjectEntry(
            String path,
            char type,
            int mode,
            long uid,
            long gid,
            long size,
            Instant modified,
            @Nullable String linkTarget,
            @Nullable String sha256,
            long offset) {
        this(path, type, mode, uid, gid, size, modified, linkTarget, sha256, offset, null, 0);
    }

    /** @param offset of what comes behind it in the tar stream, bytes */
    public static ObjectEntry deletion(String path, long offset) {
        return new ObjectEntry(path, DELETED, 0, 0, 0, 0, Instant.EPOCH, null, null, offset);
    }

    public boolean isDeletion() {
        return type == DELETED;
    }
}
