package io.saddlebag.tapeoption;

import io.saddlebag.framing.BlockCheck;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.media.TapeLabels;
import io.saddlebag.protection.Owner;
import io.saddlebag.protection.Protection;
import io.saddlebag.quantity.BlockSize;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wished of one backup on tape.
 *
 * @param blockSize null for the library's
 * @param groupSize 0 to 100; 0 for no recovery blocks
 * @param activeIo 1 to 5: blocks between what makes the image and the drive
 * @param drives that write at once (M28)
 * @param density null for what the drive has
 * @param owner null for whoever writes
 * @param protection null for what volumes have by default
 * @param tapeExpiration of volumes whose first file this is; null for the media family's
 * @param labels null for any
 */
public record TapeOptions(
        TapeFormat format,
        @Nullable BlockSize blockSize,
        BlockCheck crc,
        int groupSize,
        int activeIo,
        DriveChoice drives,
        Positioning positioning,
        @Nullable Density density,
        Prompt prompt,
        MediaLoader mediaLoader,
        LabelMismatch labelMismatch,
        @Nullable Owner owner,
        @Nullable Protection protection,
        @Nullable Instant tapeExpiration,
        @Nullable TapeLabels labels) {
    /** The shortest block of RMU's range. */
    public static final int SHORTEST_BLOCK = 2048;
    /** The longest of RMU's range; drives may take longer ones. */
    public static final int LONGEST_RMU_BLOCK = 65_024;

    public static final int MOST_ACTIVE_IO = 5;
    public static final int DEFAULT_ACTIVE_IO = 3;

    /** Bare blocks, appended. */
    public static final TapeOptions DEFAULT = parse(Map.of());

    /**
     * Reads options as they stand in URIs and on command lines.
     *
     * @param given values by name; RMU's spellings ({@code group_size}, {@code norewind}) are known, too
     * @throws IllegalArgumentException naming the option, its value, and what would be valid; or two options that
     *     contradict each other
     */
    public static TapeOptions parse(Map<String, String> given) {
        return new TapeOptionParser(given).parse();
    }

    /** As {@link #parse(Map)}, with {@code format=new_tape} where no format is given: journals on tape (M7). */
    public static TapeOptions parseForJournals(Map<String, String> given) {
        return new TapeOptionParser(given).parse(TapeFormat.NEW_TAPE);
    }

    /**
     * How blocks are framed.
     *
     * @param ofLibrary the block size where none was wished
     * @return empty with {@link TapeFormat#OLD_FILE}
     */
    public Optional<ProtectedFraming> framing(BlockSize ofLibrary) {
        return format == TapeFormat.OLD_FILE
                ? Optional.empty()
                : Optional.of(new ProtectedFraming(blockSizeOr(ofLibrary), crc, groupSize));
    }

    public BlockSize blockSizeOr(BlockSize ofLibrary) {
        return blockSize == null ? ofLibrary : blockSize;
    }
}
