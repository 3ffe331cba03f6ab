package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.PosixException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** What a failure of Java's or the system's means to an operator. */
final class FileFailure {
    private FileFailure() {}

    /** @param doing what was tried: {@code reading}, {@code making folder} */
    static IOException of(String doing, Path path, IOException cause) {
        if (cause instanceof BackupException) {
            return cause;
        }
        FileFault fault = fault(cause);
        return new BackupException(fault, doing + " " + path + " failed: " + reason(cause), hint(fault), cause);
    }

    private static FileFault fault(IOException e) {
        if (e instanceof PosixException posix) {
            return fault(posix.errno());
        }
        if (e instanceof NoSuchFileException) {
            return FileFault.VANISHED;
        }
        if (e instanceof AccessDeniedException) {
            return FileFault.PERMISSION;
        }
        if (e instanceof FileAlreadyExistsException) {
            return FileFault.EXISTS;
        }
        if (e instanceof DirectoryNotEmptyException) {
            return FileFault.NOT_EMPTY;
        }
        if (e instanceof NotDirectoryException) {
            return FileFault.WRONG_TYPE;
        }
        return fault(reason(e));
    }

    /** Java has no types for these; the texts are those of strerror(3) in the C locale, which Java's own calls use. */
    private static FileFault fault(String reason) {
        String text = reason.toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota exceeded") || text.contains("file too large")) {
            return FileFault.NO_SPACE;
        }
        if (text.contains("not permitted") || text.contains("read-only file system")) {
            return FileFault.PERMISSION;
        }
        if (text.contains("stale file handle")) {
            return FileFault.VANISHED;
        }
        if (text.contains("name too long") || text.contains("not supported")) {
            return FileFault.UNSUPPORTED;
        }
        if (text.contains("symbolic link") || text.contains("not a directory") || text.contains("is a directory")) {
            return FileFault.WRONG_TYPE;
        }
        return FileFault.IO_ERROR;
    }

    private static FileFault fault(Errno errno) {
        return switch (errno) {
            case ENOENT, ESTALE -> FileFault.VANISHED;
            case EPERM, EACCES, EROFS -> FileFault.PERMISSION;
            case EEXIST -> FileFault.EXISTS;
            case ENOTEMPTY -> FileFault.NOT_EMPTY;
            case ENOSPC, EDQUOT, EFBIG -> FileFault.NO_SPACE;
            case ENOTDIR, ELOOP -> FileFault.WRONG_TYPE;
            case EOPNOTSUPP, ENOTTY, ENOSYS, EINVAL, ERANGE, ENAMETOOLONG, ENXIO -> FileFault.UNSUPPORTED;
            default -> FileFault.IO_ERROR;
        };
    }

    private static String reason(IOException e) {
        if (e instanceof PosixException posix) {
            return posix.errno().text();
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return switch (e.getClass().getSimpleName()) {
            case "NoSuchFileException" -> "no such file or directory";
            case "AccessDeniedException" -> "permission denied";
            case "FileAlreadyExistsException" -> "it exists";
            case "DirectoryNotEmptyException" -> "it is not empty";
            case "NotDirectoryException" -> "it is not a folder";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String hint(FileFault fault) {
        return switch (fault) {
            case NO_SPACE -> "Free space or raise the quota there, then repeat.";
            case VANISHED -> "Repeat if it should be there; temporary files come and go.";
            case PERMISSION -> "Run as a user who may, or correct the permissions, the mount or an immutability flag.";
            case EXISTS -> "Allow overwriting, or choose an empty target.";
            case NOT_CONFINED -> "Don't trust this image.";
            case IO_ERROR -> "Check the device and the kernel's log; copy what can still be read.";
            case UNSUPPORTED -> "Use a file system that can hold it if it matters.";
            case WRONG_TYPE -> "Move away what is there, or choose another target.";
            case NOT_EMPTY -> "Delete what is in it first.";
        };
    }
}
