package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.scsi.iscsi.ChapLogin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/** CHAP secrets in files that nobody else may read. They are read anew for each login, so that they can be changed. */
final class ChapSecrets {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private ChapSecrets() {}

    /**
     * @param file the secret in its first line
     * @throws BackupException {@link ConfigFault#UNUSABLE_SECRET}, naming the file, and its mode when that is the matter
     */
    static ChapLogin read(String user, Path file) throws BackupException {
        try {
            requirePrivate(file);
            try (InputStream secret = Files.newInputStream(file)) {
                return ChapLogin.read(user, secret);
            }
        } catch (NoSuchFileException e) {
            throw unusable("there is no file " + file + " with the CHAP secret of " + user, e);
        } catch (BackupException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw unusable("the CHAP secret of " + user + " can't be read from " + file + ": " + e.getMessage(), e);
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            int mode = ((Integer) Files.getAttribute(file, "unix:mode")) & 07777;
            throw new BackupException(
                    ConfigFault.UNUSABLE_SECRET,
                    "others may read or change " + file + ": its mode is "
                            + String.format(Locale.ROOT, "%04o", mode) + " ("
                            + PosixFilePermissions.toString(permissions) + ")",
                    "chmod 600 " + file + ", and change the secret if others may have seen it.");
        }
    }

    private static BackupException unusable(String what, Exception cause) {
        return new BackupException(
                ConfigFault.UNUSABLE_SECRET,
                what,
                "Put the secret into the first line of that file, and chmod 600 it.",
                cause);
    }
}
