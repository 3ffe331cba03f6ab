package io.saddlebag.backup;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What tells the next backup whether a file is still the one that this backup has (D2). */
final class Fingerprints {
    /**
     * A file that changed so shortly before it was looked at may change again without its time showing it: kernels count in ticks,
     * some file systems in two seconds.
     */
    static final Duration TICK = Duration.ofSeconds(2);

    /** Of what is never compared. */
    static final Fingerprint NONE = new Fingerprint(null, 0, false);

    private final HostFiles files;
    private final Clock clock;
    private final Instant at;
    private final Views views;

    /** @param at the instant whose state the views hold */
    Fingerprints(HostFiles files, Clock clock, Instant at, Views views) {
        this.files = files;
        this.clock = clock;
        this.at = at;
        this.views = views;
    }

    Fingerprint of(FileStatus frozen, Path source) throws IOException {
        FileStatus status = views == Views.ARE_COPIES ? original(frozen, source) : frozen;
        if (status == null) {
            return NONE;
        }
        Instant changed = status.times().changed();
        Instant now = clock.instant();
        // the earlier of both: a clock that was put back in between doesn't make it safe
        boolean settled = changed.isBefore((now.isBefore(at) ? now : at).minus(TICK));
        return new Fingerprint(changed, status.key().inode(), settled);
    }

    /** The file that a copy was made of, unless it isn't the same any more. */
    private @Nullable FileStatus original(FileStatus copy, Path source) throws IOException {
        try {
            FileStatus original = files.status(source);
            boolean same = original.kind() == copy.kind()
                    && (copy.is(FileKind.FOLDER) || original.sizeBytes() == copy.sizeBytes())
                    && original.times().modified().equals(copy.times().modified());
            boolean since = !original.times().changed().isBefore(at.minus(TICK));
            return same && !since ? original : null;
        } catch (BackupException e) {
            if (FileContents.isOfOneFile(e)) {
                return null;
            }
            throw e;
        }
    }

    /** What frozen views are made of. */
    enum Views {
        /** Inode numbers and change times are the originals'. */
        ARE_THE_FILES,
        /** They are not. */
        ARE_COPIES
    }

    /**
     * @param changed null when it isn't known
     * @param inode 0 when it isn't known
     * @param settled whether a change after this backup has looked must show in {@code changed}
     */
    record Fingerprint(@Nullable Instant changed, long inode, boolean settled) {
        /** What may be recorded. */
        @Nullable
        Instant reliableChange() {
            return settled ? changed : null;
        }
    }
}
