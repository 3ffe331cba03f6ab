package io.saddlebag.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the map before a sparse file's pieces. */
final class SparseMapReader {
    private static final int MOST_DIGITS = 19;
    private static final String WITHIN = "the map of a sparse file";

    private final TarInput in;
    private final HeaderBlock header;
    private final long storedBytes;
    private final byte[] block = new byte[TarBlock.BYTES];
    private int at = TarBlock.BYTES;
    private long taken;

    /** @param storedBytes of map and pieces */
    SparseMapReader(TarInput in, HeaderBlock header, long storedBytes) {
        this.in = in;
        this.header = header;
        this.storedBytes = storedBytes;
    }

    /** @param size of the file with its holes, bytes */
    SparseMap read(long size) throws IOException {
        long count = number();
        if (count > SparseMap.MOST_PIECES) {
            throw header.malformed("has a map of " + count + " pieces; the limit is " + SparseMap.MOST_PIECES);
        }
        List<SparseMap.Piece> pieces = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long offset = number();
            long length = number();
            if (length > 0) {
                pieces.add(piece(offset, length, size));
            }
        }
        SparseMap map;
        try {
            map = new SparseMap(pieces);
        } catch (IllegalArgumentException e) {
            throw header.malformed("has a map that makes no sense: " + e.getMessage());
        }
        if (map.dataBytes() != storedBytes - taken) {
            throw header.malformed(
                    "has a map of " + map.dataBytes() + " bytes, and " + (storedBytes - taken) + " bytes follow it");
        }
        return map;
    }

    private SparseMap.Piece piece(long offset, long length, long size) throws ImageException {
        if (offset > size || length > size - offset) {
            throw header.malformed("has a piece of " + length + " bytes at " + offset + " in a file of " + size);
        }
        return new SparseMap.Piece(offset, length);
    }

    private long number() throws IOException {
        long value = 0;
        for (int digits = 0; digits <= MOST_DIGITS; digits++) {
            int digit = next() - '0';
            if (digit == '\n' - '0' && digits > 0) {
                return value;
            }
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                throw header.malformed("has a map that holds something other than numbers");
            }
            value = value * 10 + digit;
        }
        throw header.malformed("has a map with a number too long");
    }

    private int next() throws IOException {
        if (at == block.length) {
            if (taken + block.length > storedBytes) {
                throw header.malformed("ends within its map");
            }
            int done = 0;
            while (done < block.length) {
                int n = in.readContent(block, done, block.length - done);
                if (n < 0) {
                    throw in.truncated(WITHIN);
                }
                done += n;
            }
            taken += block.length;
            at = 0;
        }
        return block[at++];
    }
}
