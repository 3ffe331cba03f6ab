package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The members of a tar that another program sends, as they come, for an image of ours. A member's content can be read once, and until
 * the next member is asked for. An absolute name is refused, as one that leads upwards is. Memory: a header. One thread at a time.
 *
 * <p>The tar ends with its two blocks of zero bytes, and nothing but such stands behind them; an early end is {@link
 * ImageFault#TRUNCATED}.
 */
public final class TarMembers implements ImageSource {
    private final InputStream in;
    private final TarInput tar;
    private final HeaderReader headers;
    private final byte[] buffer = new byte[TarInput.CHUNK_BYTES];
    private @Nullable Body current;
    private boolean ended;

    /** @param in is closed with this */
    public TarMembers(InputStream in) {
        this.in = in;
        this.tar = new TarInput(in, 0);
        tar.stopHashing();
        this.headers = new HeaderReader(tar);
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        if (ended) {
            return null;
        }
        Body before = current;
        current = null;
        if (before != null) {
            before.pass();
        }
        long at = tar.offset();
        ImageMember member = headers.next(() -> Objects.requireNonNull(current, "its turn is over"));
        if (member == null) {
            end();
            return null;
        }
        requireRelative(at);
        current = new Body(member);
        return member;
    }

    private void requireRelative(long at) throws ImageException {
        ByteString name = headers.name();
        if (name.length() > 0 && name.at(0) == '/') {
            throw new ImageException(
                    ImageFault.BAD_NAME,
                    "the member at byte " + at + " of the tar stream has the absolute name '"
                            + name.toString().replaceAll("\\p{Cntrl}", "?") + "'",
                    "Ask whoever sent it what it is.");
        }
    }

    private void end() throws IOException {
        ended = true;
        if (!tar.readBlock(buffer)) {
            throw tar.truncated("its end: one of two blocks of zero bytes is missing");
        }
        requireZero(TarBlock.BYTES);
        for (int n = tar.readSome(buffer, 0, buffer.length); n >= 0; n = tar.readSome(buffer, 0, buffer.length)) {
            requireZero(n);
        }
    }

    private void requireZero(int length) throws ImageException {
        if (!TarBlock.isZero(buffer, length)) {
            throw new ImageException(
                    ImageFault.TRAILING_DATA,
                    "something other than zero bytes stands before byte " + tar.offset()
                            + ", behind the end of the tar stream",
                    "Ask whoever sent it what it is.");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Of one member; closing it changes nothing. */
    private final class Body extends InputStream {
        private final ImageMember member;
        private long left;

        Body(ImageMember member) {
            this.member = member;
            this.left = member.dataBytes();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = tar.readContent(into, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw tar.truncated("the member " + member.path());
            }
            left -= n;
            return n;
        }

        void pass() throws IOException {
            while (left > 0) {
                read(buffer, 0, buffer.length);
            }
            tar.readFully(buffer, TarBlock.padding(member.dataBytes()), "the member " + member.path());
        }
    }
}
