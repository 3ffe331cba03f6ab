package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long a drive may take for a command until its answer counts as lost. A kind that isn't named takes as long as the
 * commands themselves say ({@link io.saddlebag.scsi.TapeCommands}).
 */
public record DriveTimeouts(Map<Kind, Duration> named) {
    public static final DriveTimeouts STANDARD = new DriveTimeouts(Map.of());
    /** Nobody means more than this. */
    public static final Duration LONGEST = Duration.ofDays(7);

    /** Commands that take about the same time. */
    public enum Kind {
        /** LOAD, and waiting for a medium on its way in. */
        LOAD,
        UNLOAD,
        REWIND,
        /** LOCATE and SPACE. */
        LOCATE,
        READ,
        WRITE,
        FILEMARKS,
        ERASE,
        /** Whatever moves nothing. */
        OTHER
    }

    public DriveTimeouts {
        named = named.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(named));
        named.forEach((kind, limit) -> {
            if (limit.compareTo(Duration.ofSeconds(1)) < 0 || limit.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("a time-out of " + limit + " for " + kind + "; valid are 1s to 7d");
            }
        });
    }

    Duration of(Kind kind, Duration otherwise) {
        return named.getOrDefault(kind, otherwise);
    }

    /** The command with its own limit, or with the one named for it. */
    ScsiCommand limited(ScsiCommand command) {
        @Nullable Duration limit = named.get(kind(command.cdb()));
        return limit == null
                ? command
                : new ScsiCommand(command.name(), command.cdb(), command.direction(), command.data(), limit);
    }

    private static Kind kind(Cdb cdb) {
        return switch (cdb.operation()) {
            case 0x01 -> Kind.REWIND;
            case 0x08 -> Kind.READ;
            case 0x0a -> Kind.WRITE;
            case 0x10 -> Kind.FILEMARKS;
            case 0x11, 0x2b, 0x92 -> Kind.LOCATE;
            case 0x19 -> Kind.ERASE;
            case 0x1b -> (cdb.toBytes()[4] & 1) != 0 ? Kind.LOAD : Kind.UNLOAD;
            default -> Kind.OTHER;
        };
    }
}
