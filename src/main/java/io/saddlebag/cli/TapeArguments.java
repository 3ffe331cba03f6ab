package io.saddlebag.cli;

import io.saddlebag.tapeoption.TapeOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that write to tape. */
final class TapeArguments {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "How blocks stand on tape: old_file as bare slices of the image, new_tape with protected framing, where one lost block of a group is rebuilt. Default: old_file, and new_tape for journals.")
    @Nullable
    String format;

    @Option(
            names = "--block-size",
            paramLabel = "SIZE",
            description =
                    "Length of blocks on tape, 2048 to 65024 or as long as the drive takes, as in 64k; else the library's.")
    @Nullable
    String blockSize;

    @Option(names = "--crc", paramLabel = "CHECK", description = "How blocks prove themselves.")
    @Nullable
    String crc;

    @Option(
            names = "--group-size",
            paramLabel = "BLOCKS",
            description = "Data blocks that share a recovery block, 0 to 100; 0 for no recovery blocks.")
    @Nullable
    String groupSize;

    @Option(
            names = "--active-io",
            paramLabel = "BUFFERS",
            description = "Buffers between what makes the image and the drive, 1 to 5.")
    @Nullable
    String activeIo;

    @Option(
            names = "--drives",
            paramLabel = "NUMBER|NAME[,..]",
            description =
                    "Drives that write at once: a number, 1 to 16, for whichever are free, and for fewer when not all are; or their names in order, as in left,right, each of which has to be free. The image is spread over them, labels are used in their order, and it is read back by as many.")
    @Nullable
    String drives;

    @Option(
            names = "--rewind",
            paramLabel = "BOOLEAN",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Whether the image begins a volume that is labelled anew; else it is appended. Nothing valid is overwritten.")
    @Nullable
    String rewind;

    @Option(
            names = "--density",
            paramLabel = "NAME",
            description =
                    "Density and compaction that the drive should write with, as in LTO3,nocompaction; else the drive's.")
    @Nullable
    String density;

    @Option(
            names = "--label",
            paramLabel = "LABEL[,..]",
            description =
                    "Labels of 1 to 6 characters that the volumes should have, in order, as in TAPE01,TAPE07; further ones are made from the last. Or file:NAME, for labels made of a file's name as RMU does: file:my_backup.rbf is my_bac, my_b01, my_b02.")
    @Nullable
    String label;

    @Option(
            names = "--accept-label",
            paramLabel = "BOOLEAN",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Whether a usable volume with another label is taken and keeps it; else the operator is asked.")
    @Nullable
    String acceptLabel;

    @Option(
            names = "--owner",
            paramLabel = "OWNER",
            description =
                    "Owner of the volumes that the backup goes on to, a user or [group,member], and of the first one with rewind; else whoever writes. With --pool, of its files: a user, a group, or [group,user] of this machine.")
    @Nullable
    String owner;

    @Option(
            names = "--protection",
            paramLabel = "S:RW,..",
            description =
                    "Who may read and write the volumes that have this owner, as in (S:RW,O:R,G,W). With --pool, who may do what with the backup, as in (S:RWED,O:RE,G,W): its files get the mode that it is.")
    @Nullable
    String protection;

    @Option(
            names = "--tape-expiration",
            paramLabel = "DAY",
            description =
                    "When the volumes expire that begin with this backup, as in 2027-01-31 or 2027-01-31T12:00:00Z; else as their media family says.")
    @Nullable
    String tapeExpiration;

    @Option(
            names = "--prompt",
            paramLabel = "WHO",
            description =
                    "Who is asked when a volume is missing or has an unexpected label: automatic (this terminal; without one nobody, and the job fails at once), operator (the job waits for rpyjob or the volume; the default) or client (this terminal; without one the operator).")
    @Nullable
    String prompt;

    @Option(
            names = "--media-loader",
            paramLabel = "BOOLEAN",
            arity = "0..1",
            fallbackValue = "true",
            description = "Whether something changes cartridges by itself; else as the library says.")
    @Nullable
    String mediaLoader;

    /** Those that were given, by name. */
    Map<String, String> given() {
        Map<String, @Nullable String> all = new LinkedHashMap<>();
        all.put("format", format);
        all.put("blockSize", blockSize);
        all.put("crc", crc);
        all.put("groupSize", groupSize);
        all.put("activeIo", activeIo);
        all.put("drives", drives);
        all.put("rewind", rewind);
        all.put("density", density);
        all.put("label", label);
        all.put("acceptLabel", acceptLabel);
        all.put("owner", owner);
        all.put("protection", protection);
        all.put("tapeExpiration", tapeExpiration);
        all.put("prompt", prompt);
        all.put("mediaLoader", mediaLoader);
        Map<String, String> given = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (value != null) {
                given.put(name, value);
            }
        });
        return given;
    }

    /** @throws IllegalArgumentException when they can't be or contradict each other */
    TapeOptions options() {
        return TapeOptions.parse(given());
    }

    /**
     * Of journals, which are protected unless bare blocks are asked for (M7).
     *
     * @throws IllegalArgumentException when they can't be or contradict each other
     */
    TapeOptions optionsOfJournals() {
        return TapeOptions.parseForJournals(given());
    }
}
