package io.saddlebag.journal.stream;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder that gets segments: one under way as {@code NAME.partial}, as long as a whole one and zeros behind what has arrived, so
 * that a server can read it as it is; whole ones under their names. One thread.
 */
final class ReceivedSegments implements Closeable {
    /** Compared as a whole, which takes a tenth of the time of looking at each. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 17);

    /** So much is written before the disk is told to begin: the flush of a segment would wait for all of it otherwise. */
    private static final long BEHIND_BYTES = 1 << 20;

    private final Path folder;
    private final LogSegments segments;
    private final HostFiles files;
    private final InPlaceFiles inPlace;
    private @Nullable InPlaceFile open;
    private @Nullable JournalId current;
    private boolean dirty;
    /** Bytes before this one of the segment under way are the disk's to write. */
    private long begun;

    ReceivedSegments(Path folder, LogSegments segments, HostFiles files, InPlaceFiles inPlace) {
        this.folder = folder;
        this.segments = segments;
        this.files = files;
        this.inPlace = inPlace;
    }

    /**
     * The segment that is to be received next, as far as the folder knows: one under way, or that behind the last whole one. Names that an
     * earlier life gave are durable on return: it may have ended before it made them so.
     */
    Optional<JournalId> next() throws IOException {
        files.syncFolder(folder);
        @Nullable JournalId next = null;
        for (Path path : files.list(folder)) {
            String name = String.valueOf(path.getFileName());
            boolean partial = name.endsWith(LogSegments.PARTIAL);
            Optional<JournalId> id =
                    segments.parse(partial ? name.substring(0, name.length() - LogSegments.PARTIAL.length()) : name);
            if (id.isPresent()) {
                JournalId wanted = partial ? id.get() : id.get().next();
                next = next == null || wanted.compareTo(next) > 0 ? wanted : next;
            }
        }
        return Optional.ofNullable(next);
    }

    /** A timeline's history, durable before any of its segments. No effect when it is there. */
    void history(long timeline, byte[] content) throws IOException {
        Path file = folder.resolve(LogSegments.history(timeline));
        if (files.exists(file)) {
            return;
        }
        try (NewFile made = files.create(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                made.channel().write(bytes);
            }
            made.publish();
        }
        files.syncFolder(folder);
    }

    /**
     * Puts bytes where they belong; what fills a segment makes it whole, durable, and gives it its name.
     *
     * @param bytes taken
     */
    void write(long timeline, long position, ByteBuffer bytes) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            JournalId id = segments.holding(timeline, at);
            InPlaceFile file = file(id);
            long offset = at - segments.begin(id);
            int length = (int) Math.min(bytes.remaining(), segments.bytes() - offset);
            ByteBuffer piece = bytes.slice(bytes.position(), length);
            put(file, id, offset, piece);
            bytes.position(bytes.position() + length);
            at += length;
            if (offset + length == segments.bytes()) {
                finish(file, id);
            }
        }
    }

    private InPlaceFile file(JournalId id) throws IOException {
        InPlaceFile file = open;
        if (file == null || !id.equals(current)) {
            close();
            file = inPlace.open(partial(id), segments.bytes());
            open = file;
            current = id;
            begun = 0;
            // nothing is known of its length and name yet
            dirty = true;
        }
        return file;
    }

    private Path partial(JournalId id) {
        return folder.resolve(segments.name(id) + LogSegments.PARTIAL);
    }

    /**
     * What is there already is written again: it may be in memory only, although a flush of it has failed, and the next flush would leave it
     * there, for systems take it for clean then.
     */
    private void put(InPlaceFile file, JournalId id, long offset, ByteBuffer piece) throws IOException {
        int length = piece.remaining();
        if (file.existed()) {
            requireFit(file, id, offset, piece);
        }
        if (!isZero(piece)) {
            file.write(piece, offset);
            dirty = true;
        }
        long end = offset + length;
        if (end - begun >= BEHIND_BYTES) {
            file.beginSync(begun, end - begun);
            begun = end;
        }
    }

    /** After a switch the rest of a segment is zeros, which a hole is already: nothing to write, and nothing to flush. */
    private static boolean isZero(ByteBuffer piece) {
        ByteBuffer at = piece.duplicate();
        while (at.hasRemaining()) {
            int length = Math.min(at.remaining(), ZEROS.capacity());
            if (at.slice(at.position(), length).mismatch(ZEROS.slice(0, length)) >= 0) {
                return false;
            }
            at.position(at.position() + length);
        }
        return true;
    }

    /** What an earlier life wrote must be what arrives, or not written yet. */
    private void requireFit(InPlaceFile file, JournalId id, long offset, ByteBuffer piece) throws IOException {
        ByteBuffer before = ByteBuffer.allocate(piece.remaining());
        file.read(before, offset);
        before.flip();
        int from = before.mismatch(piece);
        if (from < 0) {
            return;
        }
        for (int i = from; i < before.limit(); i++) {
            if (before.get(i) != 0 && before.get(i) != piece.get(piece.position() + i)) {
                throw new BackupException(
                        JournalFault.CHANGED,
                        "byte " + (offset + i) + " of " + partial(id) + " isn't what the server has there",
                        "It is another server's, or this one was restored without a timeline of its own. Move the folder's files"
                                + " away, or give the journals a new name.");
            }
        }
    }

    private void finish(InPlaceFile file, JournalId id) throws IOException {
        file.syncContent();
        file.close();
        open = null;
        current = null;
        dirty = false;
        files.rename(partial(id), folder.resolve(segments.name(id)));
        files.syncFolder(folder);
    }

    /** Makes all that was written durable. */
    void sync() throws IOException {
        InPlaceFile file = open;
        if (dirty && file != null) {
            file.sync();
            dirty = false;
        }
    }

    /** Makes what was written durable, and lets go. */
    @Override
    public void close() throws IOException {
        InPlaceFile file = open;
        if (file == null) {
            return;
        }
        try (InPlaceFile closing = file) {
            if (dirty) {
                closing.sync();
            }
        } finally {
            open = null;
            current = null;
            dirty = false;
        }
    }
}
