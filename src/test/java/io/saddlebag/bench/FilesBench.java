package io.saddlebag.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Backups of the same files by Saddlebag, as its users start it, and by its peer, one after the other in one run: large
 * files uncompressed beside {@code dd}, also with CRC and XOR groups in each block (Q1), small files with zstd -3 beside {@code tar | zstd -3 -T2} (Q2). Everything is
 * durable when the clock stops.
 */
public final class FilesBench {
    private static final int LARGE_FILE_BYTES = 1 << 30;
    private static final int PIECE = 1 << 20;
    private static final String[] PROTECTED = {"--format", "new_tape", "--crc", "autodin_ii", "--group-size", "10"};

    private final Path project;
    private final Path folder;
    private final Commands commands;

    private FilesBench(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
        this.commands = new Commands(folder);
    }

    /** Arguments: the project's folder, a folder to work in, {@code large} or {@code small}, runs, GiB of large files. */
    public static void main(String[] arguments) throws Exception {
        FilesBench bench = new FilesBench(
                Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        Files.createDirectories(bench.folder);
        int runs = Integer.parseInt(arguments[3]);
        if (arguments[2].equals("large")) {
            bench.large(runs, Integer.parseInt(arguments[4]));
        } else {
            bench.small(runs);
        }
    }

    private void large(int runs, int gibibytes) throws Exception {
        // what a run of another size left would be backed up, and not copied by dd
        Path data = Files.createDirectories(folder.resolve("large-" + gibibytes));
        for (int i = 0; i < gibibytes; i++) {
            fill(data.resolve("file-" + i), LARGE_FILE_BYTES, i);
        }
        Measured peer = new Measured("dd bs=256k conv=fsync");
        Measured image = new Measured("saddlebag, image written (none)");
        Measured whole = new Measured("saddlebag, whole command");
        Measured framed = new Measured("saddlebag, image written (CRC, XOR groups)");
        for (int run = 0; run <= runs; run++) {
            double dd = 0;
            for (int i = 0; i < gibibytes; i++) {
                dd += commands.seconds(List.of(
                        "dd",
                        "if=" + data.resolve("file-" + i),
                        "of=" + folder.resolve("dd-" + i),
                        "bs=256k",
                        "conv=fsync",
                        "status=none"));
            }
            for (int i = 0; i < gibibytes; i++) {
                Files.delete(folder.resolve("dd-" + i));
            }
            Site.Backup backup = backup(data, "none");
            Site.Backup protectedOne = backup(data, "none", PROTECTED);
            if (run > 0) {
                peer.add(dd);
                image.add(backup.imageSeconds());
                whole.add(backup.wholeSeconds());
                framed.add(protectedOne.imageSeconds());
            }
        }
        Measured.report(gibibytes * 1024.0, peer, image, framed, whole);
    }

    private void small(int runs) throws Exception {
        Path data = folder.resolve("small");
        double mebibytes = SmallFiles.create(data);
        Measured peer = new Measured("tar | zstd -3 -T2, synced");
        Measured image = new Measured("saddlebag, image written (zstd=3)");
        Measured whole = new Measured("saddlebag, whole command");
        for (int run = 0; run <= runs; run++) {
            Path out = folder.resolve("small.tar.zst");
            double tar = commands.seconds(
                            List.of("tar", "-C", data.toString(), "-I", "zstd -3 -T2", "-cf", out.toString(), "."))
                    + commands.seconds(List.of("sync", out.toString()));
            Files.delete(out);
            Site.Backup backup = backup(data, "zstd=3");
            if (run > 0) {
                peer.add(tar);
                image.add(backup.imageSeconds());
                whole.add(backup.wholeSeconds());
            }
        }
        Measured.report(mebibytes, peer, image, whole);
    }

    private Site.Backup backup(Path data, String compression, String... options) throws Exception {
        try (Site site = Site.create(project, folder, data)) {
            return site.backup(compression, options);
        }
    }

    private static void fill(Path file, long bytes, int seed) throws IOException {
        if (Files.exists(file) && Files.size(file) == bytes) {
            return;
        }
        Random random = new Random(seed);
        byte[] piece = new byte[PIECE];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), PIECE)) {
            for (long done = 0; done < bytes; done += PIECE) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }
}
