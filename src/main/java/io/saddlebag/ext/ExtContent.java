package io.saddlebag.ext;

import io.saddlebag.image.ByteStream;
import io.saddlebag.image.SparseMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** Pieces of a file's content. */
final class ExtContent extends ByteStream {
    private final ExtFile file;
    private final Iterator<SparseMap.Piece> rest;
    private long at;
    private long end;
    private boolean closed;

    ExtContent(ExtFile file, SparseMap pieces) {
        this.file = file;
        this.rest = pieces.pieces().iterator();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closed) {
            throw new IOException("the content of inode " + file.inode() + " is closed");
        }
        if (at == end) {
            if (!rest.hasNext()) {
                return -1;
            }
            SparseMap.Piece piece = rest.next();
            at = piece.offset();
            end = piece.end();
        }
        int limit = into.limit();
        int n = (int) Math.min(into.remaining(), end - at);
        file.readFully(at, into.limit(into.position() + n), file.size());
        into.limit(limit);
        at += n;
        return n;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
