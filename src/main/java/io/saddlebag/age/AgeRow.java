package io.saddlebag.age;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Encrypted files one behind the other, as the parts of an image are (D6). Each is read to its end before {@link #next}. The format doesn't
 * say where a file ends, but no payload holds how the next one begins: those are 25 bytes, and a payload is random.
 */
public final class AgeRow extends InputStream {
    /** Up to what says how the file key is wrapped. */
    private static final byte[] BEGINNING = (AgeHeader.VERSION + "\n-> ").getBytes(US_ASCII);

    private static final int BUFFER_BYTES = 256 << 10;

    /** How far a beginning may be away, by the byte that stands where its last one would. */
    private static final int[] SKIP = skips();

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    /** What may be handed out before the next file, or the bytes that may be its beginning. */
    private int safe;

    private int filled;
    private boolean inEnded;
    private boolean anotherFollows;
    /** The file's own beginning is no end. */
    private boolean atBeginning = true;

    private long position;

    public AgeRow(InputStream in) {
        this.in = in;
    }

    private static int[] skips() {
        int[] skips = new int[256];
        Arrays.fill(skips, BEGINNING.length);
        for (int i = 0; i < BEGINNING.length - 1; i++) {
            skips[BEGINNING[i]] = BEGINNING.length - 1 - i;
        }
        return skips;
    }

    /** Goes on to the next file; false when the row ends with this one, which has been read to its end. */
    public boolean next() throws IOException {
        if (at < safe || !fill()) {
            boolean more = at == safe && anotherFollows;
            anotherFollows = false;
            atBeginning = more;
            return more;
        }
        throw new IllegalStateException("the file has not been read to its end");
    }

    /** Bytes read of the whole row. */
    public long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        if (at == safe && !fill()) {
            return -1;
        }
        position++;
        return buffer[at++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == safe && !fill()) {
            return -1;
        }
        int n = Math.min(length, safe - at);
        System.arraycopy(buffer, at, into, offset, n);
        at += n;
        position += n;
        return n;
    }

    /** @return false at the end of the file */
    private boolean fill() throws IOException {
        if (anotherFollows) {
            return false;
        }
        System.arraycopy(buffer, at, buffer, 0, filled - at);
        filled -= at;
        at = 0;
        while (!inEnded && filled < buffer.length) {
            int n = in.read(buffer, filled, buffer.length - filled);
            inEnded = n < 0;
            filled += Math.max(n, 0);
        }
        int next = indexOfBeginning(atBeginning ? 1 : 0);
        atBeginning = false;
        anotherFollows = next >= 0;
        safe = next >= 0 ? next : inEnded ? filled : filled - BEGINNING.length + 1;
        return safe > 0;
    }

    private int indexOfBeginning(int from) {
        int last = BEGINNING.length - 1;
        for (int i = from; i + last < filled; i += SKIP[buffer[i + last] & 0xff]) {
            if (Arrays.equals(buffer, i, i + BEGINNING.length, BEGINNING, 0, BEGINNING.length)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
