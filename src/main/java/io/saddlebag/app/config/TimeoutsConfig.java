package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.quantity.Durations;
import io.saddlebag.tape.scsi.DriveTimeouts;
import io.saddlebag.tape.scsi.DriveTimeouts.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long a drive's commands may take, where that differs from what is usual.
 *
 * @param timeouts each 1 s to 7 d
 */
public record TimeoutsConfig(DriveTimeouts timeouts) {
    public TimeoutsConfig(
            @JsonProperty("load") @Nullable String load,
            @JsonProperty("unload") @Nullable String unload,
            @JsonProperty("rewind") @Nullable String rewind,
            @JsonProperty("locate") @Nullable String locate,
            @JsonProperty("read") @Nullable String read,
            @JsonProperty("write") @Nullable String write,
            @JsonProperty("filemarks") @Nullable String filemarks,
            @JsonProperty("erase") @Nullable String erase,
            @JsonProperty("other") @Nullable String other) {
        this(new Named()
                .put(Kind.LOAD, load)
                .put(Kind.UNLOAD, unload)
                .put(Kind.REWIND, rewind)
                .put(Kind.LOCATE, locate)
                .put(Kind.READ, read)
                .put(Kind.WRITE, write)
                .put(Kind.FILEMARKS, filemarks)
                .put(Kind.ERASE, erase)
                .put(Kind.OTHER, other)
                .timeouts());
    }

    /** Those that are given. */
    private static final class Named {
        private final Map<Kind, Duration> named = new EnumMap<>(Kind.class);

        Named put(Kind kind, @Nullable String length) {
            if (length != null) {
                named.put(kind, Durations.parse(length));
            }
            return this;
        }

        DriveTimeouts timeouts() {
            return new DriveTimeouts(named);
        }
    }
}
