package io.saddlebag.rollforward;

import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What recoveries work with.
 *
 * @param restores of the same node as {@code restoring}
 * @param areas where journals are collected
 * @param rights who may ask
 */
public record RecoverServices(
        RestoreServices restoring,
        RestoreJobs restores,
        Journals journals,
        PieceReading reading,
        KnownIncarnations incarnations,
        IncarnationLog log,
        Areas areas,
        Rights rights,
        Clock clock) {
    /** Configured folders for journals. */
    @FunctionalInterface
    public interface Areas {
        /** A folder in which each recovery of that database makes one of its own; empty for one beside the database. */
        Optional<Path> of(String database) throws IOException;
    }

    /** Who may restore. */
    @FunctionalInterface
    public interface Rights {
        /** @throws io.saddlebag.fault.BackupException when they may not */
        void require(@Nullable String user) throws IOException;
    }
}
