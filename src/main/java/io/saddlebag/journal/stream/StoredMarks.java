package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogMark;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Finds marks in what was received: read from the disk again, not from what the receiver says. */
final class StoredMarks {
    /** A mark's record, with the headers of pages in its way, is shorter. */
    private static final int WINDOW_BYTES = 1024;

    /** Of the first page of a segment, and of others (access/xlog_internal.h). */
    private static final int LONG_HEADER_BYTES = 40;

    private static final int HEADER_BYTES = 24;

    private final Path folder;
    private final HostFiles files;

    /** What became of a mark. */
    enum Found {
        HERE,
        NOT_HERE,
        /** Its segment isn't in the folder: it was backed up and released. */
        RELEASED
    }

    StoredMarks(Path folder, HostFiles files) {
        this.folder = folder;
        this.files = files;
    }

    Found find(LogMark mark, String token, long timeline, LogSegments segments) throws IOException {
        byte[] text = new byte[WINDOW_BYTES];
        int length = 0;
        long from = Math.max(0, mark.end() - WINDOW_BYTES);
        long at = from;
        while (at < mark.end()) {
            long segmentEnd = (at / segments.bytes() + 1) * segments.bytes();
            ByteBuffer piece = ByteBuffer.allocate((int) (Math.min(mark.end(), segmentEnd) - at));
            if (!read(piece, timeline, at, segments)) {
                return Found.RELEASED;
            }
            for (int i = 0; i < piece.limit(); i++) {
                if (!isHeader(at + i, mark.pageBytes(), segments)) {
                    text[length++] = piece.get(i);
                }
            }
            at += piece.limit();
        }
        String found = new String(text, 0, length, StandardCharsets.ISO_8859_1);
        return found.contains(token) ? Found.HERE : Found.NOT_HERE;
    }

    private static boolean isHeader(long position, int pageBytes, LogSegments segments) {
        long inPage = position % pageBytes;
        boolean first = position % segments.bytes() < pageBytes;
        return inPage < (first ? LONG_HEADER_BYTES : HEADER_BYTES);
    }

    private boolean read(ByteBuffer into, long timeline, long position, LogSegments segments) throws IOException {
        String name = segments.name(segments.holding(timeline, position));
        Path whole = folder.resolve(name);
        Path partial = folder.resolve(name + LogSegments.PARTIAL);
        // it may get its name between the two looks
        Path there = files.exists(partial) ? partial : whole;
        if (!files.exists(there) && !files.exists(whole)) {
            return false;
        }
        try (SeekableByteChannel channel = files.openRead(files.exists(there) ? there : whole)) {
            channel.position(position % segments.bytes());
            int got = 0;
            while (into.hasRemaining() && got >= 0) {
                got = channel.read(into);
            }
        }
        into.clear();
        return true;
    }
}
