package io.saddlebag.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Images of a 4 GiB file system that is half used, and restores of them, by Saddlebag as its users start it and by its peers
 * {@code partclone | zstd -3 -T2} and {@code qemu-img convert -c}, in turns in one run (Q5). Whole commands, from their start until
 * what they wrote is durable.
 */
public final class VolumeImageBench {
    private static final int MIB = 1 << 20;
    private static final String OURS = "saddlebag, full";
    private static final String OURS_FAST = "saddlebag, full, zstd=1";
    private static final String OURS_INCREMENTAL = "saddlebag, incremental, 1 % changed";
    private static final String OURS_RESTORE = "saddlebag, restore";
    private static final String PARTCLONE = "partclone | zstd -3 -T2";
    private static final String PARTCLONE_RESTORE = "zstd -d | partclone, restore";
    private static final String QEMU = "qemu-img convert -c (zstd)";
    private static final String QEMU_RESTORE = "qemu-img convert, restore";
    private static final String READ = "dd, reading the device";

    private final Path project;
    private final Path folder;
    private final String type;
    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();
    private final Map<String, Long> stored = new LinkedHashMap<>();

    private VolumeImageBench(Path project, Path folder, String type) {
        this.project = project;
        this.folder = folder;
        this.type = type;
    }

    /** Arguments: the project's folder, a folder to work in, runs, {@code ext4} or {@code xfs}. Needs root. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        Files.createDirectories(folder);
        var bench = new VolumeImageBench(Path.of(arguments[0]).toAbsolutePath(), folder, arguments[3]);
        bench.run(Integer.parseInt(arguments[2]));
        bench.report();
    }

    private void run(int runs) throws Exception {
        Path image = folder.resolve(type + ".img");
        make(image);
        String device = output("losetup", "-f", "--show", image.toString());
        try {
            for (int run = 0; run <= runs; run++) {
                // the first one warms up
                round(device, image);
                if (run == 0) {
                    seconds.clear();
                }
            }
        } finally {
            output("losetup", "-d", device);
        }
    }

    private void round(String device, Path image) throws Exception {
        Path out = folder.resolve("out");
        Path back = folder.resolve("back");
        timed(READ, "dd if=" + device + " of=/dev/null bs=1M status=none");
        timed(
                PARTCLONE,
                "partclone." + type + " -c -a0 -s " + device + " -o - -L /dev/null 2>/dev/null | zstd -q -3 -T2 -f -o "
                        + out + " && sync " + out);
        stored.put(PARTCLONE, Files.size(out));
        timed(
                PARTCLONE_RESTORE,
                "truncate -s 4G " + back + " && zstd -q -dc " + out + " | partclone." + type + " -r -s - -O " + back
                        + " -C -L /dev/null 2>/dev/null && sync " + back);
        clear(out, back);
        ours(device, image, back);
        timed(
                QEMU,
                "qemu-img convert -f raw -O qcow2 -c -o compression_type=zstd -m 2 -W " + device + " " + out
                        + " && sync " + out);
        stored.put(QEMU, Files.size(out));
        timed(QEMU_RESTORE, "qemu-img convert -f qcow2 -O raw " + out + " " + back + " && sync " + back);
        clear(out, back);
    }

    private void ours(String device, Path image, Path back) throws Exception {
        Path home = Files.createTempDirectory(folder, "home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 1, mailSlots: 1, cartridges: 2, capacity: 64GiB }
                """);
        Path other = Files.createDirectories(Path.of(home + "-1").resolve("config"));
        Files.copy(home.resolve("config/saddlebag.yaml"), other.resolve("saddlebag.yaml"));
        String command = project.resolve("scripts/saddlebag") + " image %s --home " + home;
        String backup = " " + device + " --name data --library vault --provider none --compression zstd=3";
        timed(OURS, command.formatted("backup") + backup);
        stored.put(OURS, sizeOf(home.resolve("vault")));
        timed(OURS_RESTORE, command.formatted("restore") + " data --to " + back);
        requireSame(device, back);
        clear(back);
        change(image, device);
        timed(OURS_INCREMENTAL, command.formatted("backup") + backup + " --level incremental");
        stored.put(OURS_INCREMENTAL, sizeOf(home.resolve("vault")) - stored.get(OURS));
        deleteTree(home.resolve("vault"));
        timed(
                OURS_FAST,
                (command.formatted("backup") + backup)
                        .replace("zstd=3", "zstd=1")
                        .replace(home.toString(), home + "-1"));
        stored.put(OURS_FAST, sizeOf(Path.of(home + "-1").resolve("vault")));
        deleteTree(Path.of(home + "-1"));
        deleteTree(home);
    }

    /** What both file systems say is used has to be the same; their free blocks are zeros in the restored one. */
    private void requireSame(String device, Path back) throws Exception {
        String options = type.equals("xfs") ? "ro,norecovery,nouuid" : "ro";
        Path one = Files.createDirectories(folder.resolve("one"));
        Path two = Files.createDirectories(folder.resolve("two"));
        output("mount", "-o", options, device, one.toString());
        output("mount", "-o", "loop," + options, back.toString(), two.toString());
        try {
            output("diff", "-r", one.toString(), two.toString());
        } finally {
            output("umount", one.toString());
            output("umount", two.toString());
        }
    }

    /** One in a hundred clusters of the text, in runs of 1 MiB, within files: the file system stays as it is. */
    private void change(Path image, String device) throws Exception {
        Path mount = Files.createDirectories(folder.resolve("one"));
        output("mount", device, mount.toString());
        Random random = new Random();
        try (FileChannel text = FileChannel.open(mount.resolve("text"), StandardOpenOption.WRITE)) {
            long megabytes = text.size() / MIB;
            for (int i = 0; i < 20; i++) {
                byte[] bytes = text(random, MIB);
                text.write(ByteBuffer.wrap(bytes), (long) random.nextInt((int) megabytes) * MIB);
            }
        } finally {
            output("umount", mount.toString());
        }
        output("sync", image.toString());
    }

    /** 4 GiB: 1.4 GiB of text, 0.5 GiB of noise, 20,000 small files; another 0.8 GiB was written and deleted. */
    private void make(Path image) throws Exception {
        if (Files.exists(image)) {
            return;
        }
        Path part = folder.resolve(type + ".part");
        output("truncate", "-s", "4G", part.toString());
        output("mkfs." + type, "-q", type.equals("ext4") ? "-F" : "-f", part.toString());
        Path mount = Files.createDirectories(folder.resolve("one"));
        output("mount", "-o", "loop", part.toString(), mount.toString());
        try {
            fill(mount.resolve("text"), 1400, true);
            fill(mount.resolve("deleted"), 800, false);
            fill(mount.resolve("noise"), 500, false);
            Random random = new Random(3);
            for (int i = 0; i < 20_000; i++) {
                Path to = mount.resolve("small-" + i / 200);
                Files.createDirectories(to);
                Files.write(to.resolve("file-" + i), text(random, random.nextInt(16_384)));
            }
            output("sync", mount.resolve("deleted").toString());
            Files.delete(mount.resolve("deleted"));
        } finally {
            output("umount", mount.toString());
        }
        Files.move(part, image);
    }

    private static void fill(Path file, int mebibytes, boolean text) throws IOException {
        Random random = new Random(mebibytes);
        byte[] piece = new byte[MIB];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), MIB)) {
            for (int i = 0; i < mebibytes; i++) {
                if (text) {
                    piece = text(random, MIB);
                } else {
                    random.nextBytes(piece);
                }
                out.write(piece);
            }
        }
    }

    /** Compresses about as source code and logs do. */
    private static byte[] text(Random random, int bytes) {
        byte[] text = new byte[bytes];
        for (int at = 0; at < bytes; ) {
            byte[] line = ("line " + random.nextInt(5000) + " value=" + random.nextInt() + "\n")
                    .getBytes(StandardCharsets.US_ASCII);
            int n = Math.min(line.length, bytes - at);
            System.arraycopy(line, 0, text, at, n);
            at += n;
        }
        return text;
    }

    private void timed(String name, String command) throws IOException, InterruptedException {
        long from = System.nanoTime();
        Process process = new ProcessBuilder("bash", "-c", "set -o pipefail; " + command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("last-command.log").toFile())
                .start();
        int code = process.waitFor();
        double took = (System.nanoTime() - from) / 1e9;
        if (code != 0) {
            throw new IllegalStateException(
                    command + " ended with " + code + ": " + Files.readString(folder.resolve("last-command.log")));
        }
        seconds.computeIfAbsent(name, each -> new ArrayList<>()).add(took);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    private void report() {
        System.out.printf(
                Locale.ROOT,
                "%s, 4 GiB, %d runs, seconds%n",
                type,
                seconds.get(OURS).size());
        seconds.forEach((name, each) -> {
            double[] sorted =
                    each.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%-38s median %6.2f  min %6.2f  max %6.2f  stored %s%n",
                    name,
                    median(each),
                    sorted[0],
                    sorted[sorted.length - 1],
                    stored.containsKey(name) ? stored.get(name) / MIB + " MiB" : "-");
        });
        ratio(OURS, PARTCLONE);
        ratio(OURS, QEMU);
        ratio(OURS_FAST, PARTCLONE);
        ratio(OURS_RESTORE, PARTCLONE_RESTORE);
        ratio(OURS_RESTORE, QEMU_RESTORE);
        ratio(OURS_INCREMENTAL, READ);
    }

    /** Of neighbouring runs. */
    private void ratio(String ours, String peer) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < seconds.get(ours).size(); i++) {
            ratios.add(seconds.get(ours).get(i) / seconds.get(peer).get(i));
        }
        ratios.sort(null);
        System.out.printf(
                Locale.ROOT,
                "%s / %s: %.2f (%.2f to %.2f)%n",
                ours,
                peer,
                median(ratios),
                ratios.get(0),
                ratios.get(ratios.size() - 1));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static long sizeOf(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            long sum = 0;
            for (Path each : (Iterable<Path>) all::iterator) {
                sum += Files.isRegularFile(each) ? Files.size(each) : 0;
            }
            return sum;
        }
    }

    private static void clear(Path... files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(each);
            }
        }
    }
}
