package io.saddlebag.journal;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Options one by one. */
final class Wishes {
    boolean continuous;

    @Nullable
    Long passes;

    @Nullable
    Instant until;

    @Nullable
    Duration interval;

    @Nullable
    Long thresholdBlocks;

    @Nullable
    Boolean quietPoint;

    @Nullable
    Duration lockTimeout;

    @Nullable
    SequenceRange sequence;

    @Nullable
    Duration waiting;

    JournalOptions.@Nullable Format format;

    @Nullable
    JournalNames names;

    Compression compression = Compression.NONE;

    Encryption encryption = Encryption.NONE;

    boolean rename;

    boolean librarian;

    @Nullable
    ResetLoad reset;

    JournalOptions options() {
        return new JournalOptions(
                continuous,
                passes,
                until,
                interval,
                thresholdBlocks,
                quietPoint,
                lockTimeout,
                sequence,
                waiting,
                format,
                names,
                compression,
                encryption,
                rename,
                reset,
                librarian);
    }
}
