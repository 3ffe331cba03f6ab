package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a file holds data; what is between, and behind up to the file's length, are holes, which read as zeros (D3). Only the
 * pieces are in the image (GNU tar, "Storing Sparse Files", format 1.0).
 *
 * @param pieces in order, none overlapping another or empty, all but the last of whole blocks of 512 bytes, since GNU tar begins each
 *     at a block; at most {@link #MOST_PIECES}
 */
public record SparseMap(List<Piece> pieces) {
    public static final int MOST_PIECES = 1 << 20;

    /**
     * @param offset in the file, bytes
     * @param length bytes, at least 1
     */
    public record Piece(long offset, long length) {
        public Piece {
            if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException("no piece of a file: " + length + " bytes at " + offset);
            }
        }

        public long end() {
            return offset + length;
        }
    }

    public SparseMap {
        pieces = List.copyOf(pieces);
        if (pieces.size() > MOST_PIECES) {
            throw new IllegalArgumentException(pieces.size() + " pieces are more than " + MOST_PIECES);
        }
        long end = 0;
        boolean pendingPart = false;
        for (Piece piece : pieces) {
            if (piece.offset() < end) {
                throw new IllegalArgumentException("a piece at " + piece.offset() + " begins before byte " + end);
            }
            if (end > 0 && pendingPart) {
                throw new IllegalArgumentException(
                        "the piece before " + piece.offset() + " doesn't fill its last block");
            }
            end = piece.end();
            pendingPart = piece.length() % TarBlock.BYTES != 0;
        }
    }

    /** The pieces, widened to whole blocks and joined where they then touch. */
    public static SparseMap of(List<Piece> pieces, long size) {
        List<Piece> aligned = new ArrayList<>();
        for (Piece piece : pieces) {
            long from = piece.offset() / TarBlock.BYTES * TarBlock.BYTES;
            long to = Math.min(size, piece.end() + TarBlock.padding(piece.end()));
            Piece last = aligned.isEmpty() ? null : aligned.get(aligned.size() - 1);
            if (last != null && last.end() >= from) {
                aligned.set(aligned.size() - 1, new Piece(last.offset(), Math.max(last.end(), to) - last.offset()));
            } else {
                aligned.add(new Piece(from, to - from));
            }
        }
        return new SparseMap(aligned);
    }

    /** Sum of the pieces, bytes. */
    public long dataBytes() {
        return pieces.stream().mapToLong(Piece::length).sum();
    }

    /** Behind the last piece. */
    long end() {
        return pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
    }

    /**
     * As it stands before the pieces: whole blocks.
     *
     * @param size of the file, bytes
     */
    byte[] encode(long size) {
        boolean endsInHole = size > end();
        StringBuilder text =
                new StringBuilder().append(pieces.size() + (endsInHole ? 1 : 0)).append('\n');
        for (Piece piece : pieces) {
            text.append(piece.offset()).append('\n').append(piece.length()).append('\n');
        }
        if (endsInHole) {
            text.append(size).append("\n0\n");
        }
        byte[] digits = text.toString().getBytes(US_ASCII);
        byte[] blocks = new byte[digits.length + TarBlock.padding(digits.length)];
        System.arraycopy(digits, 0, blocks, 0, digits.length);
        return blocks;
    }
}
