package io.saddlebag.bench;

import io.saddlebag.lab.TapeLab;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiCommand.Direction;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.iscsi.IscsiAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** Our iSCSI transport against a bare loop over the same library, in turns; ratios count. */
public final class IscsiWriteBench {
    private static final int MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final TapeLab lab;
    private final String bare;
    private final int blockBytes;
    private final int blocks;

    private IscsiWriteBench(TapeLab lab, String bare, int blockBytes, int blocks) {
        this.lab = lab;
        this.bare = bare;
        this.blockBytes = blockBytes;
        this.blocks = blocks;
    }

    /** Arguments: the bare program, MiB, rounds, bytes of a block. */
    public static void main(String[] arguments) throws Exception {
        int mib = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        int blockBytes = Integer.parseInt(arguments[3]);
        Path folder = Files.createTempDirectory("iscsi-write");
        try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(1, 1, mib + mib / 4 + 16))) {
            lab.load(1, 1);
            int blocks = (int) ((long) mib * MIB / blockBytes);
            new IscsiWriteBench(lab, arguments[0], blockBytes, blocks).run(rounds);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(int rounds) throws Exception {
        ours(true);
        bare();
        double[] bare = new double[rounds];
        double[] direct = new double[rounds];
        double[] heap = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            // each goes first in turn
            for (int k = 0; k < 3; k++) {
                switch ((i + k) % 3) {
                    case 0 -> bare[i] = bare();
                    case 1 -> direct[i] = ours(true);
                    default -> heap[i] = ours(false);
                }
            }
        }
        double[] ratios = ratios(bare, direct);
        System.out.printf(
                "%d blocks of %d bytes, %d rounds, MB/s: bare %.0f, ours direct %.0f, ours heap %.0f%n",
                blocks, blockBytes, rounds, speed(bare), speed(direct), speed(heap));
        System.out.printf(
                "speed over the bare loop's: direct %.2f (%.2f to %.2f), heap %.2f%n",
                median(ratios), ratios[0], ratios[rounds - 1], median(ratios(bare, heap)));
    }

    private double ours(boolean direct) throws IOException {
        ByteBuffer block = direct ? ByteBuffer.allocateDirect(blockBytes) : ByteBuffer.allocate(blockBytes);
        for (int i = 0; i < blockBytes; i++) {
            block.put(i, (byte) 0x5a);
        }
        try (ScsiTransport drive = lab.connect(lab.drive(1))) {
            drive.execute(none("TEST UNIT READY", 0, 0));
            drive.execute(none("REWIND", 1, 0));
            Cdb cdb = Cdb.of(0x0a, 0, blockBytes >> 16, blockBytes >> 8 & 0xff, blockBytes & 0xff, 0);
            long begin = System.nanoTime();
            for (int i = 0; i < blocks; i++) {
                good(drive.execute(new ScsiCommand("WRITE(6)", cdb, Direction.OUT, block, LIMIT)));
            }
            good(drive.execute(none("WRITE FILEMARKS(6)", 0x10, 1)));
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private double bare() throws Exception {
        IscsiAddress drive = lab.drive(1);
        Process process = new ProcessBuilder(
                        bare,
                        drive.host() + ":" + drive.port(),
                        drive.target(),
                        Integer.toString(drive.lun()),
                        Integer.toString(blockBytes),
                        Integer.toString(blocks))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String seconds = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException("the bare loop ended with " + process.exitValue());
        }
        return Double.parseDouble(seconds.strip());
    }

    private static ScsiCommand none(String name, int operation, int count) {
        return new ScsiCommand(name, Cdb.of(operation, 0, 0, 0, count, 0), Direction.NONE, null, LIMIT);
    }

    private static void good(ScsiReply reply) throws IOException {
        if (!reply.isGood()) {
            throw new IOException("status " + reply.status());
        }
    }

    private double speed(double[] seconds) {
        return (double) blocks * blockBytes / 1e6 / median(seconds);
    }

    private static double[] ratios(double[] theirs, double[] ours) {
        double[] ratios = new double[ours.length];
        for (int i = 0; i < ours.length; i++) {
            ratios[i] = theirs[i] / ours[i];
        }
        Arrays.sort(ratios);
        return ratios;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
