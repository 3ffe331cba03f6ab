package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** A member as it comes out of an image. Its content can be read until the reader is asked for the next member. */
public final class ReadMember {
    private final ImageMember member;
    private final long offset;
    private final TarInput in;
    private final Sha256 sha256;
    private final InputStream content = new MemberContent();
    private long left;
    private int piece;
    private boolean passed;
    private String digest = "";

    ReadMember(ImageMember member, long offset, TarInput in, Sha256 sha256) {
        this.member = member;
        this.offset = offset;
        this.in = in;
        this.sha256 = sha256;
        this.left = member.size();
    }

    /** Opening its content yields {@link #content()}. */
    public ImageMember member() {
        return member;
    }

    /** Of its first header in the tar stream, bytes. */
    public long offset() {
        return offset;
    }

    /** Always the same stream; closing it changes nothing. Cut-off images fail with {@link ImageFault#TRUNCATED}. */
    public InputStream content() {
        return content;
    }

    /**
     * SHA-256 of the content, 64 hexadecimal digits.
     *
     * @throws IllegalStateException before all of the content was read
     */
    public String sha256() {
        if (left > 0) {
            throw new IllegalStateException(left + " bytes of " + member.path() + " have not been read yet");
        }
        if (digest.isEmpty()) {
            digest = sha256.finish();
        }
        return digest;
    }

    /** Reads what nobody has, for its checksum's sake. */
    void pass(byte[] buffer) throws IOException {
        while (left > 0) {
            readContent(buffer, 0, buffer.length);
        }
        sha256();
        in.readFully(buffer, TarBlock.padding(member.dataBytes()), "the member " + member.path());
        passed = true;
    }

    private int readContent(byte[] b, int off, int len) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = member.sparse() == null
                ? in.readContent(b, off, (int) Math.min(len, left))
                : readSparse(member.sparse(), b, off, (int) Math.min(len, left));
        if (n < 0) {
            throw in.truncated("the member " + member.path());
        }
        sha256.update(b, off, n);
        left -= n;
        return n;
    }

    private int readSparse(SparseMap map, byte[] b, int off, int len) throws IOException {
        long at = member.size() - left;
        while (piece < map.pieces().size() && map.pieces().get(piece).end() <= at) {
            piece++;
        }
        SparseMap.Piece next =
                piece == map.pieces().size() ? null : map.pieces().get(piece);
        if (next != null && next.offset() <= at) {
            return in.readContent(b, off, (int) Math.min(len, next.end() - at));
        }
        int zeros = (int) Math.min(len, (next == null ? member.size() : next.offset()) - at);
        Arrays.fill(b, off, off + zeros, (byte) 0);
        return zeros;
    }

    private final class MemberContent extends InputStream {
        private final byte[] single = new byte[1];

        @Override
        public int read() throws IOException {
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            Objects.checkFromIndexSize(off, len, b.length);
            if (passed) {
                throw new IOException("the image has been read past " + member.path());
            }
            return len == 0 ? 0 : readContent(b, off, len);
        }
    }
}
