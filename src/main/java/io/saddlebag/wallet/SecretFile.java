package io.saddlebag.wallet;

import io.saddlebag.age.Password;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small files that nobody but the user of this process may read. Thread-safe. */
public final class SecretFile {
    /** Of a passphrase: more than anybody types. */
    private static final int MAX_PASSPHRASE_BYTES = 4096;

    /** Below are words that are guessed in no time. */
    private static final int LEAST_PASSPHRASE_BYTES = 8;

    private static final int ROOT = 0;
    private static final int GROUP_AND_OTHERS = 077;
    private static final int OTHERS_AND_GROUP_WRITE = 027;
    private static final int OTHERS_WRITE = 022;

    private final HostFiles files;
    private final int ownUid;

    /** @param ownUid the number of the user of this process */
    public SecretFile(HostFiles files, int ownUid) {
        this.files = files;
        this.ownUid = ownUid;
    }

    /** Who may read the file beside its owner. */
    public enum Guarded {
        /** Nobody: mode 0600 or 0400. */
        BY_MODE,
        /** Whom the service manager let in by an access list, whose mask shows as the group's rights. */
        BY_SERVICE_MANAGER
    }

    /**
     * The passphrase in the first line of a file.
     *
     * @throws BackupException {@link WalletFault#TOO_OPEN} when others may read or change it, {@link WalletFault#NO_PASSPHRASE}
     *     when there is none
     */
    public Password passphrase(Path file, Guarded guarded) throws BackupException {
        byte[] all = read(file, MAX_PASSPHRASE_BYTES, guarded).orElseThrow(() -> none("there is no file " + file));
        try {
            return passphrase(all, "the first line of " + file);
        } finally {
            Arrays.fill(all, (byte) 0);
        }
    }

    /**
     * The password of a backup in the first line of a file: of any length but none, since it is as it was given.
     *
     * @throws BackupException as {@link #passphrase(Path, Guarded)}
     */
    Password password(Path file, String name) throws BackupException {
        byte[] all =
                read(file, MAX_PASSPHRASE_BYTES, Guarded.BY_MODE).orElseThrow(() -> none("there is no file " + file));
        byte[] line = firstLine(all);
        try {
            if (line.length == 0) {
                throw none("the first line of " + file + " is empty");
            }
            return Password.of(name, line);
        } finally {
            Arrays.fill(all, (byte) 0);
            Arrays.fill(line, (byte) 0);
        }
    }

    private static byte[] firstLine(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != '\n' && text[end] != '\r') {
            end++;
        }
        return Arrays.copyOf(text, end);
    }

    /**
     * The passphrase in a first line.
     *
     * @param text UTF-8; left as it is
     * @param where for messages
     */
    public static Password passphrase(byte[] text, String where) throws BackupException {
        byte[] line = firstLine(text);
        try {
            if (line.length < LEAST_PASSPHRASE_BYTES) {
                throw none(where + " has a passphrase of " + line.length + " bytes; the least is "
                        + LEAST_PASSPHRASE_BYTES);
            }
            return Password.of("wallet", line);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static BackupException none(String what) {
        return new BackupException(
                WalletFault.NO_PASSPHRASE,
                what,
                "Type it at a terminal, or name a file of mode 0600 with it in the first line: --passphrase-file, or"
                        + " --password-file for a backup's.");
    }

    /**
     * All of it; the caller overwrites it.
     *
     * @throws BackupException {@link WalletFault#TOO_OPEN}, {@link WalletFault#DAMAGED} when it is longer or can't be read
     */
    Optional<byte[]> read(Path file, int maxBytes, Guarded guarded) throws BackupException {
        try {
            requireGuarded(file, guarded);
            try (SeekableByteChannel in = files.openRead(file)) {
                if (in.size() > maxBytes) {
                    throw unreadable(file, "it has " + in.size() + " bytes; the most is " + maxBytes, null);
                }
                ByteBuffer all = ByteBuffer.allocate((int) in.size());
                while (all.hasRemaining() && in.read(all) >= 0) {
                    // until all are there
                }
                return Optional.of(all.hasRemaining() ? Arrays.copyOf(all.array(), all.position()) : all.array());
            }
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            throw unreadable(file, e.toString(), e);
        }
    }

    private static BackupException unreadable(Path file, String why, @Nullable Exception cause) {
        return new BackupException(
                WalletFault.DAMAGED,
                file + " can't be read: " + why,
                "Bring back a copy of it from where it is kept.",
                cause);
    }

    private void requireGuarded(Path file, Guarded guarded) throws IOException {
        FileStatus status = files.status(file);
        if (!status.is(FileKind.REGULAR)) {
            throw tooOpen(file, "it is no regular file", "Put the file itself there.");
        }
        int owner = status.owner().uid();
        if (owner != ownUid && owner != ROOT) {
            throw tooOpen(
                    file,
                    "it belongs to user number " + owner,
                    "chown it to the user of this program, and chmod 600 it.");
        }
        int closed = guarded == Guarded.BY_MODE ? GROUP_AND_OTHERS : OTHERS_AND_GROUP_WRITE;
        if ((status.mode() & closed) != 0) {
            throw tooOpen(
                    file,
                    "others may read or change it: its mode is " + octal(status.mode()),
                    "chmod 600 " + file + ", and change what is in it if others may have seen it.");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            FileStatus above = files.status(folder);
            boolean sticky = (above.mode() & 01000) != 0;
            if (above.is(FileKind.FOLDER) && (above.mode() & OTHERS_WRITE) != 0 && !sticky) {
                throw tooOpen(
                        file,
                        "others may replace it: the mode of its folder is " + octal(above.mode()),
                        "chmod 700 " + folder + ".");
            }
        }
    }

    private static String octal(int mode) {
        return String.format(Locale.ROOT, "%04o", mode);
    }

    private static BackupException tooOpen(Path file, String what, String hint) {
        return new BackupException(WalletFault.TOO_OPEN, file + " is not used: " + what, hint);
    }
}
