package io.saddlebag.bench;

import io.saddlebag.tape.file.CartridgeDescription;
import io.saddlebag.tape.file.FileCartridge;
import io.saddlebag.tape.file.FileTapeDrive;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Q1: a virtual drive against {@code dd} with the same block size to the same place, in turns; ratios count. Both read the
 * same file from the page cache and end with everything durable.
 */
public final class TapeWriteBench {
    private static final int BLOCK_BYTES = 256 * 1024;
    private static final int MIB = 1 << 20;

    private final Path folder;
    private final Path source;
    private final long bytes;

    private TapeWriteBench(Path folder, long bytes) {
        this.folder = folder;
        this.source = folder.resolve("source");
        this.bytes = bytes;
    }

    /** Arguments: folder, MiB, rounds. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(arguments[0]), "tape-write");
        long bytes = Long.parseLong(arguments[1]) * MIB;
        int rounds = Integer.parseInt(arguments[2]);
        try {
            new TapeWriteBench(folder, bytes).run(rounds, System.out);
        } finally {
            try (var all = Files.list(folder)) {
                for (Path file : all.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private void run(int rounds, PrintStream out) throws Exception {
        fillSource();
        tape(ByteBuffer::allocateDirect);
        double[] direct = new double[rounds];
        double[] heap = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            // each goes first in turn: what runs after a deletion may pay for it
            double d = i % 3 == 0 ? tape(ByteBuffer::allocateDirect) : 0;
            double dd = i % 3 != 1 ? dd() : 0;
            double h = tape(ByteBuffer::allocate);
            d = d == 0 ? tape(ByteBuffer::allocateDirect) : d;
            dd = dd == 0 ? dd() : dd;
            direct[i] = dd / d;
            heap[i] = dd / h;
            out.printf(
                    "dd %.0f MB/s, tape from direct buffers %.0f MB/s, from the heap %.0f MB/s%n",
                    rate(dd), rate(d), rate(h));
        }
        out.printf(
                "median of %d, speed relative to dd: direct %.2f, heap %.2f (goal 0.90)%n",
                rounds, median(direct), median(heap));
    }

    private void fillSource() throws IOException {
        byte[] block = new byte[MIB];
        Random random = new Random(1);
        try (var out = Files.newOutputStream(source)) {
            for (long done = 0; done < bytes; done += MIB) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    private double dd() throws IOException, InterruptedException {
        // a synchronised empty file, as a blank cartridge is
        Path target = Files.createFile(folder.resolve("dd"));
        synchronise(target);
        synchronise(folder);
        long start = System.nanoTime();
        int status = new ProcessBuilder(
                        "dd", "if=" + source, "of=" + target, "bs=" + BLOCK_BYTES, "conv=notrunc,fsync", "status=none")
                .inheritIO()
                .start()
                .waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (status != 0) {
            throw new IOException("dd failed with status " + status);
        }
        Files.delete(target);
        return seconds;
    }

    private double tape(IntFunction<ByteBuffer> kind) throws IOException {
        FileCartridge cartridge =
                FileCartridge.create(folder, CartridgeDescription.blank("BENCH1", Long.MAX_VALUE, Long.MAX_VALUE));
        ByteBuffer block = kind.apply(BLOCK_BYTES);
        double seconds;
        try (FileTapeDrive drive = new FileTapeDrive("bench");
                FileChannel in = FileChannel.open(source, StandardOpenOption.READ)) {
            drive.insert(cartridge);
            drive.load();
            long start = System.nanoTime();
            while (in.read(block.clear()) > 0) {
                drive.write(block.flip());
            }
            drive.writeFilemarks(1);
            seconds = (System.nanoTime() - start) / 1e9;
            drive.unload();
        }
        Files.delete(cartridge.tap());
        Files.delete(cartridge.json());
        return seconds;
    }

    private static void synchronise(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private double rate(double seconds) {
        return bytes / seconds / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
