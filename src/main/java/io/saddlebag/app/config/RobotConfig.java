package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tape library (M18).
 *
 * @param drives names of the drives that stand in it
 * @param serial its serial number; null for that of whatever is attached
 * @param probe a cartridge may be carried to and fro to find out which drive stands where
 * @param cleaningUses how often a cleaning cartridge can be used (M17)
 * @param persistentReservation other hosts reach the robot, and reserve it while they move something (M19)
 */
public record RobotConfig(
        List<AttachmentConfig> attachments,
        List<String> drives,
        @Nullable String serial,
        BlockSize blockSize,
        Duration patience,
        boolean probe,
        int cleaningUses,
        boolean persistentReservation) {
    /** Makers say so of LTO's universal cleaning cartridge. */
    public static final int DEFAULT_CLEANING_USES = 50;

    public RobotConfig(
            @JsonProperty("attachments") @Nullable List<AttachmentConfig> attachments,
            @JsonProperty("drives") @Nullable List<String> drives,
            @JsonProperty("serial") @Nullable String serial,
            @JsonProperty("blockSize") @Nullable String blockSize,
            @JsonProperty("patience") @Nullable String patience,
            @JsonProperty("probe") @Nullable Boolean probe,
            @JsonProperty("cleaningUses") @Nullable Integer cleaningUses,
            @JsonProperty("persistentReservation") @Nullable Boolean persistentReservation) {
        this(
                attachments == null ? List.of() : List.copyOf(attachments),
                drives == null ? List.of() : List.copyOf(drives),
                serial == null ? null : serial.strip(),
                blockSize == null
                        ? BlockSize.DEFAULT
                        : new BlockSize(
                                Math.toIntExact(ByteCount.parse(blockSize).bytes())),
                patience == null ? LibraryConfig.DEFAULT_PATIENCE : Durations.parse(patience),
                probe != null && probe,
                cleaningUses == null ? DEFAULT_CLEANING_USES : cleaningUses,
                persistentReservation != null && persistentReservation);
    }

    public RobotConfig {
        if (attachments.isEmpty()) {
            throw new IllegalArgumentException("option 'attachments' is missing or empty");
        }
        if (attachments.stream().anyMatch(each -> each.kind() == AttachmentConfig.Kind.ST)) {
            throw new IllegalArgumentException("a library has no st attachment; valid are sg and iscsi");
        }
        if (drives.isEmpty()) {
            throw new IllegalArgumentException("option 'drives' is missing or empty");
        }
        if (cleaningUses < 1) {
            throw new IllegalArgumentException("cleaningUses is a number from 1, not " + cleaningUses);
        }
    }
}
