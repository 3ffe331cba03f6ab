package io.saddlebag.bench;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.scsi.ProtectionInformation;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.LtoGeneration;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.DriveOptions.Protection;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * M7: what logical block protection costs one stream, on a drive in memory that takes blocks as fast as they come. The goal is
 * 400 MB/s.
 */
public final class BlockProtectionBench {
    private BlockProtectionBench() {}

    /** Arguments: MiB, rounds. */
    public static void main(String[] arguments) throws Exception {
        long bytes = Long.parseLong(arguments[0]) << 20;
        int rounds = Integer.parseInt(arguments[1]);
        for (int blockBytes : new int[] {65_024, 256 * 1024, 1 << 20}) {
            for (Protection protection : new Protection[] {Protection.OFF, Protection.REQUIRED}) {
                report(blockBytes, protection, bytes, rounds, "direct", ByteBuffer::allocateDirect);
                report(blockBytes, protection, bytes, rounds, "heap", ByteBuffer::allocate);
            }
        }
    }

    private static void report(
            int blockBytes, Protection protection, long bytes, int rounds, String kind, IntFunction<ByteBuffer> buffers)
            throws IOException {
        double[] write = new double[rounds];
        double[] read = new double[rounds];
        for (int i = -1; i < rounds; i++) { // the first warms up
            ByteBuffer block = buffers.apply(blockBytes);
            byte[] content = new byte[blockBytes];
            new Random(1).nextBytes(content);
            block.put(content);
            try (ScsiTapeDrive drive = ScsiTapeDrive.open(
                    "bench",
                    new Swallower(content),
                    new SystemWaiter(),
                    DriveOptions.DEFAULT.withProtection(protection))) {
                drive.load();
                double w = rate(bytes, blockBytes, () -> drive.write(block.clear()));
                double r = rate(bytes, blockBytes, () -> drive.read(block.clear()));
                if (i >= 0) {
                    write[i] = w;
                    read[i] = r;
                }
            }
        }
        System.out.printf(
                "blocks of %d, protection %s, %s: write %.0f MB/s, read %.0f MB/s%n",
                blockBytes, protection, kind, median(write), median(read));
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private static double rate(long bytes, int blockBytes, Transfer transfer) throws IOException {
        long begin = System.nanoTime();
        long moved = 0;
        for (; moved < bytes; moved += blockBytes) {
            transfer.run();
        }
        return moved * 1e3 / (System.nanoTime() - begin);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** An LTO-8 drive whose blocks come from, and go, nowhere. */
    private static final class Swallower implements ScsiTransport {
        private static final int READ = 0x08;
        private static final int WRITE = 0x0a;
        private static final int REWIND = 0x01;
        private static final int READ_POSITION = 0x34;
        /** In the long form of a position. */
        private static final int BLOCK_AT = 8;

        private long passed;

        private final SimulatedTape tape = new SimulatedTape("bench", 1, Set.of())
                .lto(LtoGeneration.LTO_8)
                .insert(SimulatedCartridge.ofBlocks("BENCH1L8", 100, 10));
        private final ByteBuffer sent;

        Swallower(byte[] content) {
            sent = ByteBuffer.allocateDirect(content.length + ProtectionInformation.BYTES);
            new ProtectionInformation().append(sent.put(content));
        }

        @Override
        public String name() {
            return "bench";
        }

        @Override
        public int longestTransferBytes() {
            return 8 << 20;
        }

        @Override
        public ScsiReply execute(ScsiCommand command) throws IOException {
            ByteBuffer data = command.data();
            int operation = command.cdb().operation();
            passed = operation == REWIND ? 0 : operation == READ || operation == WRITE ? passed + 1 : passed;
            return switch (command.cdb().operation()) {
                case WRITE -> ScsiReply.good(command.transferBytes());
                case READ -> {
                    int bytes = command.transferBytes();
                    if (data != null) {
                        data.duplicate().put(sent.duplicate().position(0).limit(bytes));
                    }
                    yield ScsiReply.good(bytes);
                }
                case READ_POSITION -> {
                    if (data != null) {
                        data.putLong(data.position() + BLOCK_AT, passed);
                    }
                    yield ScsiReply.good(command.transferBytes());
                }
                default -> tape.execute(command);
            };
        }

        @Override
        public void close() {
            tape.close();
        }
    }
}
