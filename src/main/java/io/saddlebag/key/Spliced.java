package io.saddlebag.key;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file with other headers in the places of its own, and all else as it is. Closing it leaves the file open. One thread. */
final class Spliced extends InputStream {
    private final InputStream file;
    private final Iterator<Header> headers;
    private @Nullable Header next;
    private byte[] inserting = new byte[0];
    private int inserted;
    private long position;

    /**
     * A header that another takes the place of.
     *
     * @param start its first byte in the file
     * @param end behind its last one
     * @param bytes the new one
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, compared by nobody
    record Header(long start, long end, byte[] bytes) {}

    /** @param headers in order */
    Spliced(InputStream file, List<Header> headers) {
        this.file = file;
        this.headers = headers.iterator();
        advance();
    }

    private void advance() {
        next = headers.hasNext() ? headers.next() : null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Header header = next;
        if (header != null && position == header.start()) {
            file.skipNBytes(header.end() - header.start());
            position = header.end();
            inserting = header.bytes();
            inserted = 0;
            advance();
        }
        if (inserted < inserting.length) {
            int n = Math.min(length, inserting.length - inserted);
            System.arraycopy(inserting, inserted, into, offset, n);
            inserted += n;
            return n;
        }
        Header following = next;
        long most = following == null ? length : Math.min(length, following.start() - position);
        int n = file.read(into, offset, (int) most);
        position += Math.max(0, n);
        return n;
    }
}
