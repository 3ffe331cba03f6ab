package io.saddlebag.database.postgresql;

import io.saddlebag.database.RecoveryOrder;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A recovery that the server is to make when it starts. All of it is in {@code recovery.signal}, of which the server reads nothing but
 * that it is there, and which it removes when it has come to the end: nothing of it is left in any configuration, where it would get
 * into the next backup. Settings go to the server as arguments, which come before any file's.
 */
final class ArrangedRecovery {
    static final String SIGNAL = "recovery.signal";

    private static final String HEAD = "saddlebag recovery";
    private static final String AREA = "area=";
    private static final String SETTING = "setting ";
    private static final int FIRST_WITH_PREFETCH = 15;
    /** With an offset: when the server reads its arguments it doesn't know abbreviations of zones yet, not even Z. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Path data;

    ArrangedRecovery(Path data) {
        this.data = data;
    }

    /** Whether connections are taken before the end, for which the server needs to be as large as the one that wrote the log. */
    enum Standby {
        HOT("on"),
        COLD("off");

        private final String setting;

        Standby(String setting) {
            this.setting = setting;
        }
    }

    /** Durable on return. Takes the place of what any other recovery has left there. */
    void write(RecoveryOrder order, int version, Standby standby) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEAD, AREA + order.area()));
        settings(order, version, standby).forEach(setting -> lines.add(SETTING + setting));
        Path unfinished = data.resolve(SIGNAL + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(unfinished, lines);
        ownedAs(data.resolve("PG_VERSION"), unfinished);
        sync(unfinished, StandardOpenOption.WRITE);
        Files.move(unfinished, data.resolve(SIGNAL), StandardCopyOption.ATOMIC_MOVE);
        sync(data, StandardOpenOption.READ);
    }

    private static List<String> settings(RecoveryOrder order, int version, Standby standby) {
        List<String> settings = new ArrayList<>();
        // first any target that is left in the configuration is taken back: the server refuses a second one
        for (String target : List.of("", "_time", "_lsn", "_name", "_xid")) {
            settings.add("recovery_target" + target + "=");
        }
        RecoveryTarget wanted = order.target();
        if (wanted instanceof RecoveryTarget.Time time) {
            settings.add("recovery_target_time=" + TIME.format(time.instant()));
        } else if (wanted instanceof RecoveryTarget.Position position) {
            settings.add("recovery_target_lsn=" + position.position());
        } else if (wanted instanceof RecoveryTarget.RestorePoint point) {
            settings.add("recovery_target_name=" + point.name());
        } else if (wanted instanceof RecoveryTarget.BeforeTransaction before) {
            settings.add("recovery_target_xid=" + before.id());
        }
        boolean before =
                wanted instanceof RecoveryTarget.Position || wanted instanceof RecoveryTarget.BeforeTransaction;
        settings.add("recovery_target_inclusive=" + (before ? "off" : "on"));
        settings.add("recovery_target_action=promote");
        // never 'latest', which is the highest number in the archive, and not a descendant
        settings.add("recovery_target_timeline=" + order.incarnation());
        settings.add("recovery_min_apply_delay=0");
        settings.add("recovery_end_command=");
        settings.add("archive_cleanup_command=");
        settings.add("hot_standby=" + standby.setting);
        if (version >= FIRST_WITH_PREFETCH) {
            // it would ask for journals behind the end, and one that is lost there would stop the server
            settings.add("recovery_prefetch=off");
        }
        settings.add("restore_command=/bin/sh \"" + order.area().resolve(JournalArea.SCRIPT) + "\" \"%f\" \"%p\"");
        return settings;
    }

    /** Arguments of {@code postgres}; empty when no recovery of ours is to be made, or to go on. */
    Optional<List<String>> options() throws IOException {
        List<String> lines = lines();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        List<String> options = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(SETTING)) {
                options.addAll(List.of("-c", line.substring(SETTING.length())));
            }
        }
        return Optional.of(options);
    }

    /** Where it gets its journals from; empty as {@link #options()}. */
    Optional<Path> area() throws IOException {
        return lines().stream()
                .filter(line -> line.startsWith(AREA))
                .findFirst()
                .map(line -> Path.of(line.substring(AREA.length())));
    }

    private List<String> lines() throws IOException {
        Path signal = data.resolve(SIGNAL);
        if (!Files.isRegularFile(signal, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(signal);
        return lines.isEmpty() || !lines.get(0).equals(HEAD) ? List.of() : lines;
    }

    /** @throws IOException also where a process without the right to would have to give it away */
    static void ownedAs(Path like, Path file) throws IOException {
        for (String owner : Set.of("unix:uid", "unix:gid")) {
            Object value = Files.getAttribute(like, owner, LinkOption.NOFOLLOW_LINKS);
            if (!value.equals(Files.getAttribute(file, owner, LinkOption.NOFOLLOW_LINKS))) {
                Files.setAttribute(file, owner, value, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    static void sync(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
