package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What is inside a zstd layer, found by the seek tables at the ends of its parts (Zstandard seekable format 0.1.0). */
final class SeekableZstd implements SeekableBytes {
    /** Of all parts together: eight bytes of heap each. */
    private static final int MAX_FRAMES = 4 << 20;

    /** Read in one go at the end of a part: the table of 16 GiB is in it. */
    private static final int TAIL_BYTES = 128 << 10;

    private static final int TABLE_HEAD_BYTES = 8;

    private final SeekableBytes stored;
    private final Deque<Part> parts;
    private final Executor executor;

    private static final class Part {
        /** Of its first frame. */
        final long storedAt;
        /** Lengths of frames. */
        final int[] packed;
        /** What they decompress to. */
        final int[] plain;

        Part(long storedAt, int[] packed, int[] plain) {
            this.storedAt = storedAt;
            this.packed = packed;
            this.plain = plain;
        }

        long plainBytes() {
            long sum = 0;
            for (int each : plain) {
                sum += each;
            }
            return sum;
        }
    }

    private SeekableZstd(SeekableBytes stored, Deque<Part> parts, Executor executor) {
        this.stored = stored;
        this.parts = parts;
        this.executor = executor;
    }

    /** Empty where a part has no seek table, as layers of other programs have none. */
    static Optional<SeekableBytes> of(SeekableBytes stored, Executor executor) throws IOException {
        Deque<Part> parts = new ArrayDeque<>();
        long frames = 0;
        long end = stored.length();
        while (end > 0) {
            Part part = partEndingAt(stored, end);
            if (part == null || frames + part.packed.length > MAX_FRAMES) {
                return Optional.empty();
            }
            frames += part.packed.length;
            parts.addFirst(part);
            end = part.storedAt;
        }
        return Optional.of(new SeekableZstd(stored, parts, executor));
    }

    private static @Nullable Part partEndingAt(SeekableBytes stored, long end) throws IOException {
        ByteBuffer tail = read(stored, end, (int) Math.min(end, TAIL_BYTES));
        int footerAt = tail.limit() - SeekTable.FOOTER_BYTES;
        if (footerAt < 0 || tail.getInt(footerAt + 5) != SeekTable.FOOTER_MAGIC || tail.get(footerAt + 4) != 0) {
            return null;
        }
        long frames = Integer.toUnsignedLong(tail.getInt(footerAt));
        long tableBytes = frames * SeekTable.ENTRY_BYTES + SeekTable.FOOTER_BYTES;
        long wholeBytes = TABLE_HEAD_BYTES + tableBytes;
        if (frames > MAX_FRAMES || wholeBytes > end) {
            return null;
        }
        ByteBuffer table = wholeBytes <= tail.limit()
                ? tail.position((int) (tail.limit() - wholeBytes))
                : read(stored, end, (int) wholeBytes);
        if (table.getInt() != SeekTable.SKIPPABLE_MAGIC || Integer.toUnsignedLong(table.getInt()) != tableBytes) {
            return null;
        }
        return part(table, (int) frames, end - wholeBytes);
    }

    private static @Nullable Part part(ByteBuffer table, int frames, long framesEnd) {
        int[] packed = new int[frames];
        int[] plain = new int[frames];
        long storedAt = framesEnd;
        for (int i = 0; i < frames; i++) {
            packed[i] = table.getInt();
            plain[i] = table.getInt();
            if (packed[i] <= 0 || plain[i] < 0) {
                return null;
            }
            storedAt -= packed[i];
        }
        return storedAt < 0 || frames == 0 ? null : new Part(storedAt, packed, plain);
    }

    private static ByteBuffer read(SeekableBytes stored, long end, int length) throws IOException {
        try (InputStream in = stored.from(end - length)) {
            byte[] bytes = in.readNBytes(length);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Override
    public long length() {
        return parts.stream().mapToLong(Part::plainBytes).sum();
    }

    @Override
    public long jumpBytes() {
        return stored.jumpBytes();
    }

    @Override
    public InputStream from(long offset) throws IOException {
        long left = offset;
        for (Part part : parts) {
            long at = part.storedAt;
            for (int i = 0; i < part.packed.length; i++) {
                if (left < part.plain[i]) {
                    return behind(at, left);
                }
                left -= part.plain[i];
                at += part.packed[i];
            }
        }
        return InputStream.nullInputStream();
    }

    private InputStream behind(long storedAt, long plainBytes) throws IOException {
        InputStream in = ZstdLayerReader.inTheMiddle(stored.from(storedAt), executor);
        boolean done = false;
        try {
            in.skipNBytes(plainBytes);
            done = true;
            return in;
        } finally {
            if (!done) {
                in.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}
