package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tape drive (M18).
 *
 * @param serial its serial number; null for that of whatever is attached
 * @param wwn its world wide name, hexadecimal digits; null when it doesn't matter
 * @param density as the drive calls it, e.g. {@code LTO6}; null for the drive's own choice
 * @param compaction whether the drive compresses; null for the drive's own choice
 * @param element where it stands in its library, e.g. {@code dte1}; null when the library tells
 * @param quirks what the drive can't do as others can
 * @param cleaningInterval after so long it is cleaned unasked; null for when it asks
 * @param timeouts of its commands; null for what is usual
 * @param persistentReservation other hosts reach it, and reserve it when they use it (M19)
 * @param logicalBlockProtection whether blocks travel with a sum behind them (M7)
 */
public record DriveConfig(
        List<AttachmentConfig> attachments,
        @Nullable String serial,
        @Nullable String wwn,
        @Nullable String density,
        @Nullable Boolean compaction,
        @Nullable Element element,
        Set<Quirk> quirks,
        @Nullable Duration cleaningInterval,
        @Nullable TimeoutsConfig timeouts,
        boolean persistentReservation,
        BlockProtection logicalBlockProtection) {
    /** Whether blocks travel between host and drive with a sum behind them. */
    public enum BlockProtection {
        /** Where the drive offers it. */
        AUTO,
        /** The drive isn't used without. */
        REQUIRED,
        OFF;

        /** @param word in YAML, {@code off} is {@code false} */
        static BlockProtection parse(String word) {
            return switch (word) {
                case "auto" -> AUTO;
                case "required" -> REQUIRED;
                case "off", "false" -> OFF;
                default ->
                    throw new IllegalArgumentException(
                            "option 'logicalBlockProtection' is auto, required or off, not '" + word + "'");
            };
        }
    }

    /** What some devices, simulated ones above all, can't do. */
    public enum Quirk {
        /** Neither READ POSITION nor LOCATE: positions are counted from the beginning of the tape on, which is slow. */
        @JsonProperty("countPositions")
        COUNT_POSITIONS,
        /** Blocks longer than half of what is asked for come back spoilt: twice as much is asked for (tgt 1.0.85). */
        @JsonProperty("longReads")
        LONG_READS
    }

    public DriveConfig(
            @JsonProperty("attachments") @Nullable List<AttachmentConfig> attachments,
            @JsonProperty("serial") @Nullable String serial,
            @JsonProperty("wwn") @Nullable String wwn,
            @JsonProperty("density") @Nullable String density,
            @JsonProperty("compaction") @Nullable Boolean compaction,
            @JsonProperty("element") @Nullable String element,
            @JsonProperty("quirks") @Nullable Set<Quirk> quirks,
            @JsonProperty("cleaningInterval") @Nullable String cleaningInterval,
            @JsonProperty("timeouts") @Nullable TimeoutsConfig timeouts,
            @JsonProperty("persistentReservation") @Nullable Boolean persistentReservation,
            @JsonProperty("logicalBlockProtection") @Nullable String logicalBlockProtection) {
        this(
                attachments == null ? List.of() : List.copyOf(attachments),
                serial == null ? null : serial.strip(),
                wwn == null ? null : digits(wwn),
                density,
                compaction,
                element == null ? null : drive(element),
                quirks == null ? Set.of() : Set.copyOf(quirks),
                cleaningInterval == null ? null : Durations.parse(cleaningInterval),
                timeouts,
                persistentReservation != null && persistentReservation,
                logicalBlockProtection == null ? BlockProtection.AUTO : BlockProtection.parse(logicalBlockProtection));
    }

    public DriveConfig {
        if (attachments.isEmpty()) {
            throw new IllegalArgumentException("option 'attachments' is missing or empty");
        }
        if (timeouts != null && attachments.stream().allMatch(each -> each.kind() == AttachmentConfig.Kind.ST)) {
            throw new IllegalArgumentException(
                    "option 'timeouts' is for sg and iscsi; over st the kernel's tape driver has its own");
        }
        if (logicalBlockProtection == BlockProtection.REQUIRED
                && attachments.stream().anyMatch(each -> each.kind() == AttachmentConfig.Kind.ST)) {
            throw new IllegalArgumentException("option 'logicalBlockProtection: required' is for sg and iscsi; over st"
                    + " blocks travel as the kernel's tape driver sends them");
        }
        requireAloneOverSt(attachments);
        if (attachments.stream().anyMatch(each -> each.kind() == AttachmentConfig.Kind.ST)) {
            requireNothingOfScsi(density, compaction, quirks);
        }
        if (persistentReservation && attachments.stream().anyMatch(each -> each.kind() == AttachmentConfig.Kind.ST)) {
            throw new IllegalArgumentException(
                    "option 'persistentReservation' is for sg and iscsi; over st nobody could reserve the drive");
        }
    }

    /** Nobody can go over from the kernel's tape driver to another way, or back. */
    private static void requireAloneOverSt(List<AttachmentConfig> attachments) {
        for (int i = 0; i < attachments.size(); i++) {
            AttachmentConfig each = attachments.get(i);
            List<AttachmentConfig> others = new ArrayList<>(attachments);
            others.remove(i);
            boolean shares = others.stream()
                    .anyMatch(other -> each.host() == null
                            || other.host() == null
                            || each.host().equals(other.host()));
            if (each.kind() == AttachmentConfig.Kind.ST && shares) {
                throw new IllegalArgumentException(
                        "attachment " + each.address() + " is over st, which fails over to no"
                                + " other and is no way to fail over to; it has to be the only one of its host");
            }
        }
    }

    /** The kernel's tape driver decides about these. */
    private static void requireNothingOfScsi(
            @Nullable String density, @Nullable Boolean compaction, Set<Quirk> quirks) {
        String given =
                density != null ? "density" : compaction != null ? "compaction" : quirks.isEmpty() ? "" : "quirks";
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "option '" + given + "' is for sg and iscsi; over st the drive is used as the"
                            + " kernel's tape driver has set it (mt sets it otherwise)");
        }
    }

    private static Element drive(String text) {
        Element element = Element.parse(text);
        if (element.kind() != ElementKind.DTE) {
            throw new IllegalArgumentException("a drive stands in a drive element such as dte1, not in " + text);
        }
        return element;
    }

    private static String digits(String wwn) {
        String plain = wwn.replaceFirst("^(?i)(0x|naa\\.)", "").replace(":", "").toLowerCase(java.util.Locale.ROOT);
        if (!plain.matches("[0-9a-f]{16}([0-9a-f]{16})?")) {
            throw new IllegalArgumentException(
                    "'" + wwn + "' is no world wide name; valid are 16 or 32 hexadecimal" + " digits");
        }
        return plain;
    }
}
