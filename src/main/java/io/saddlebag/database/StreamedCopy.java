package io.saddlebag.database;

import io.saddlebag.image.ImageSource;
import io.saddlebag.image.WrittenMember;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a server on its way. {@link #end} comes when all objects have been handed over, and before that fails. {@link
 * DatabaseFault#BACKUP_MODE_LOST} when the connection ended early, {@link DatabaseFault#NOT_AS_SENT} when what came isn't what the
 * server says it sent.
 */
public interface StreamedCopy extends BackupMode {
    /** What is known of it already; the rest comes with {@link #end}. */
    @Override
    Map<String, String> facts();

    /** Why everything is sent although only what changed was asked for; null when that is sent, or everything was asked for. */
    @Nullable
    String wholeBecause();

    /** What it is of. What the server doesn't send of them, such as parameter files elsewhere, is read as files. */
    List<DatabaseComponent> components();

    /**
     * The objects under their absolute names on the source, with owners as the server sees them; folders before what is in them, but
     * the components' own folders don't come. Once. Closing it leaves the connection open.
     *
     * @param waiting called about once a second while nothing comes
     */
    ImageSource objects(Waiting waiting);

    /**
     * Each file of {@link #objects}, in their order, when it has been taken whole and before the next object is asked for: without
     * its checksum nothing can be held against what the server says it sent.
     */
    void taken(WrittenMember file) throws IOException;

    /** Somebody who has other things to do while nothing comes. */
    @FunctionalInterface
    interface Waiting {
        /** @throws IOException when there is nothing to wait for any more */
        void working() throws IOException;
    }
}
