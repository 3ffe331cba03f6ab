package io.saddlebag.bench;

import io.saddlebag.framing.BlockCheck;
import io.saddlebag.framing.FrameDecoder;
import io.saddlebag.framing.FrameEncoder;
import io.saddlebag.framing.FramedSection;
import io.saddlebag.framing.FramingException;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.quantity.BlockSize;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** M7: protected framing on one stream, in memory: what it costs by itself. The goal is 400 MB/s. */
public final class FramingBench {
    private static final FramedSection SECTION = new FramedSection("bench", 1);
    private static final int BLOCKS = 64;

    private FramingBench() {}

    /** Arguments: MiB, rounds. */
    public static void main(String[] arguments) throws Exception {
        long bytes = Long.parseLong(arguments[0]) << 20;
        int rounds = Integer.parseInt(arguments[1]);
        for (int blockBytes : new int[] {65_024, 256 * 1024, 1 << 20}) {
            for (BlockCheck check : BlockCheck.values()) {
                for (int group : new int[] {0, 10, 100}) {
                    ProtectedFraming framing = new ProtectedFraming(new BlockSize(blockBytes), check, group);
                    report(System.out, framing, bytes, rounds, "direct", ByteBuffer::allocateDirect);
                    if (group == 10) {
                        report(System.out, framing, bytes, rounds, "heap", ByteBuffer::allocate);
                    }
                }
            }
        }
    }

    private static void report(
            PrintStream out,
            ProtectedFraming framing,
            long bytes,
            int rounds,
            String kind,
            IntFunction<ByteBuffer> buffers)
            throws FramingException {
        double[] encode = new double[rounds];
        double[] decode = new double[rounds];
        for (int i = -1; i < rounds; i++) { // the first warms up
            double e = encode(framing, bytes, buffers);
            double d = decode(framing, bytes, buffers);
            if (i >= 0) {
                encode[i] = e;
                decode[i] = d;
            }
        }
        out.printf("%s, %s: write %.0f MB/s, read %.0f MB/s%n", framing, kind, median(encode), median(decode));
    }

    private static double encode(ProtectedFraming framing, long bytes, IntFunction<ByteBuffer> buffers) {
        ByteBuffer block = buffers.apply(framing.blockSize().bytes());
        fill(block, 1);
        FrameEncoder frames = new FrameEncoder(framing, SECTION);
        long start = System.nanoTime();
        long done = 0;
        for (; done < bytes; done += framing.payloadBytes()) {
            frames.seal(block, framing.payloadBytes());
            if (frames.groupIsFull()) {
                frames.recovery();
            }
        }
        return done * 1e3 / (System.nanoTime() - start);
    }

    private static double decode(ProtectedFraming framing, long bytes, IntFunction<ByteBuffer> buffers)
            throws FramingException {
        List<ByteBuffer> section = section(framing, buffers);
        long done = 0;
        long nanos = 0;
        while (done < bytes) {
            FrameDecoder frames = new FrameDecoder(framing, SECTION, f -> {
                throw new AssertionError(f);
            });
            long start = System.nanoTime();
            for (ByteBuffer block : section) {
                frames.accept(block);
                for (ByteBuffer data = frames.poll(); data != null; data = frames.poll()) {
                    done += data.remaining();
                }
            }
            frames.finish(section.size());
            nanos += System.nanoTime() - start;
        }
        return done * 1e3 / nanos;
    }

    private static List<ByteBuffer> section(ProtectedFraming framing, IntFunction<ByteBuffer> buffers) {
        FrameEncoder frames = new FrameEncoder(framing, SECTION);
        List<ByteBuffer> section = new ArrayList<>();
        while (section.size() < BLOCKS || frames.groupIsOpen()) {
            ByteBuffer block = buffers.apply(framing.blockSize().bytes());
            if (frames.groupIsFull() || section.size() >= BLOCKS) {
                section.add(block.put(frames.recovery()).flip());
            } else {
                fill(block, section.size());
                section.add(frames.seal(block, framing.payloadBytes()));
            }
        }
        return section;
    }

    private static void fill(ByteBuffer block, long seed) {
        byte[] noise = new byte[block.capacity()];
        new Random(seed).nextBytes(noise);
        block.put(noise);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
