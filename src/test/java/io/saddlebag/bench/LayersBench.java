package io.saddlebag.bench;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.Layers;
import io.saddlebag.key.KeyRing;
import io.saddlebag.key.MemoryKeys;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** M1, M2, X10: what the layers around an image cost by themselves, writing, in memory. */
public final class LayersBench {
    private LayersBench() {}

    /** Half words, half noise: shrinks to a little more than a half. */
    private static final class Source extends InputStream {
        private final byte[] pattern = new byte[8 << 20];
        private final byte[] single = new byte[1];
        private long left;

        Source(long bytes) {
            this.left = bytes;
            Random random = new Random(1);
            random.nextBytes(pattern);
            for (int at = 0; at < pattern.length / 2; at++) {
                pattern[at] = (byte) "etaoinshrdlu cmf".charAt((at / 7 * 31 + pattern[at] / 16) & 15);
            }
        }

        @Override
        public int read() {
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int at = (int) (left % pattern.length);
            int n = (int) Math.min(Math.min(length, left), pattern.length - at);
            System.arraycopy(pattern, at, into, offset, n);
            left -= n;
            return n;
        }
    }

    /** Arguments: MiB, rounds. */
    public static void main(String[] arguments) throws IOException {
        long bytes = Long.parseLong(arguments[0]) << 20;
        int rounds = Integer.parseInt(arguments[1]);
        KeyRing keys = new KeyRing(new MemoryKeys(), new SecureRandom());
        keys.generate("bench", Instant.EPOCH);
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            for (String compression : List.of("none", "zstd", "lz4", "huffman", "zlib=1", "zlib")) {
                for (Encryption encryption : List.of(Encryption.NONE, keys.encryption("bench"))) {
                    report(compression, encryption, bytes, rounds, workers);
                }
            }
        } finally {
            workers.shutdownNow();
        }
    }

    private static void report(
            String compression, Encryption encryption, long bytes, int rounds, ExecutorService workers)
            throws IOException {
        double[] rates = new double[rounds];
        long stored = 0;
        byte[] sink = new byte[256 << 10];
        for (int i = -1; i < rounds; i++) { // the first warms up
            long begin = System.nanoTime();
            stored = 0;
            try (InputStream in =
                    Layers.apply(new Source(bytes), Compression.parse(compression), encryption, workers)) {
                for (int n = in.read(sink, 0, sink.length); n >= 0; n = in.read(sink, 0, sink.length)) {
                    stored += n;
                }
            }
            if (i >= 0) {
                rates[i] = bytes / 1e6 / ((System.nanoTime() - begin) / 1e9);
            }
        }
        Arrays.sort(rates);
        System.out.printf(
                "%-8s %-4s %5.0f MB/s, %2d %% of the size%n",
                compression, encryption.layers().isEmpty() ? "" : "age", rates[rounds / 2], stored * 100 / bytes);
    }
}
