package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A data directory that was restored from an online backup and hasn't been recovered yet. Recovery ends where the backup ended,
 * and begins a timeline of its own: what this server writes from then on never gets the names of what the original had written
 * after the backup, and has archived (R9).
 *
 * <p>Before PostgreSQL 12 that needs another file; there the copy recovers on its own timeline.
 */
final class RestoredCopy {
    static final String LABEL = "backup_label";

    private static final String OLD_LABEL = "backup_label.old";
    private static final String SIGNAL = "recovery.signal";
    private static final String STANDBY = "standby.signal";
    /** The server doesn't read what is in the file. */
    private static final String OURS = "end of a saddlebag backup\n";

    private static final int FIRST_WITH_SIGNALS = 12;

    private final Path data;

    RestoredCopy(Path data) {
        this.data = data;
    }

    /** Makes ready what the server has to find when it starts; no effect on any other data directory. Idempotent. */
    void prepare() throws IOException {
        Path signal = data.resolve(SIGNAL);
        if (!isOurs(data.resolve(LABEL))
                || Files.exists(signal)
                || Files.exists(data.resolve(STANDBY))
                || version() < FIRST_WITH_SIGNALS) {
            return;
        }
        FileAttribute<?> secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path unfinished = data.resolve(SIGNAL + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, secret);
        Files.writeString(unfinished, OURS);
        for (String owner : Set.of("unix:uid", "unix:gid")) {
            Object value = Files.getAttribute(data.resolve(LABEL), owner, LinkOption.NOFOLLOW_LINKS);
            if (!value.equals(Files.getAttribute(unfinished, owner, LinkOption.NOFOLLOW_LINKS))) {
                Files.setAttribute(unfinished, owner, value, LinkOption.NOFOLLOW_LINKS);
            }
        }
        Files.move(unfinished, signal);
    }

    /** Whether a recovery of ours is to be begun, or to go on after a crash in it. */
    boolean recovers() throws IOException {
        Path signal = data.resolve(SIGNAL);
        return Files.isRegularFile(signal)
                && Files.readString(signal).equals(OURS)
                && (isOurs(data.resolve(LABEL)) || isOurs(data.resolve(OLD_LABEL)));
    }

    /**
     * Arguments of {@code postgres} for this one start.
     *
     * @param restoreCommand as configured; empty for none: then the journals in the copy are all there is
     */
    static List<String> options(String restoreCommand) {
        List<String> options = new ArrayList<>();
        // first any target that is left in the configuration is taken back: the server refuses a second one
        for (String setting : List.of(
                "recovery_target_time=",
                "recovery_target_lsn=",
                "recovery_target_name=",
                "recovery_target_xid=",
                "recovery_target=immediate",
                "recovery_target_action=promote",
                "recovery_target_timeline=current")) {
            options.addAll(List.of("-c", setting));
        }
        if (restoreCommand.isBlank()) {
            options.addAll(List.of("-c", "restore_command=false"));
        }
        return options;
    }

    private int version() throws IOException {
        String text = Files.readString(data.resolve("PG_VERSION")).strip();
        int dot = text.indexOf('.');
        return Integer.parseInt(dot < 0 ? text : text.substring(0, dot));
    }

    private static boolean isOurs(Path label) throws IOException {
        return Files.isRegularFile(label)
                && Files.readString(label, StandardCharsets.UTF_8)
                        .lines()
                        .anyMatch(line -> line.startsWith("LABEL: " + BackupSession.LABEL_PREFIX));
    }
}
