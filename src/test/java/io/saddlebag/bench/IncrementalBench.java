package io.saddlebag.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Incremental backups of many small files by Saddlebag, restic and {@code tar --listed-incremental | zstd}, in turns in one
 * run: of a tree that didn't change, and of one of which 3 % did (Q3). A walk that only asks for each file's state stands
 * beside them. Everything is durable when the clock stops.
 */
public final class IncrementalBench {
    private static final int FILES_A_FOLDER = 200;
    private static final int FILES_A_CHANGED_ONE = 33;
    private static final Map<String, String> RESTIC = Map.of("RESTIC_PASSWORD", "bench");

    private final Path folder;
    private final Path data;
    private final Commands commands;
    private final int files;
    private final Random random = new Random(3);

    private IncrementalBench(Path folder, int files) {
        this.folder = folder;
        this.data = folder.resolve("tree-" + files);
        this.commands = new Commands(folder);
        this.files = files;
    }

    /** Arguments: the project's folder, a folder to work in, runs, files. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[1]).toAbsolutePath());
        new IncrementalBench(folder, Integer.parseInt(arguments[3]))
                .run(Path.of(arguments[0]).toAbsolutePath(), Integer.parseInt(arguments[2]));
    }

    private void run(Path project, int runs) throws Exception {
        double mebibytes = create();
        try (Site site = Site.create(project, folder, data)) {
            Round full = new Round("full", site);
            full.measure(1);
            full.report(mebibytes);
            Round unchanged = new Round("unchanged", site);
            unchanged.measure(runs);
            unchanged.report(0);
            Round changed = new Round("3 % changed", site);
            for (int run = 0; run < runs; run++) {
                mebibytes = change();
                changed.measure(1);
            }
            changed.report(mebibytes);
        }
    }

    private double create() throws IOException {
        double bytes = 0;
        for (int i = 0; i < files; i++) {
            bytes += write(i);
        }
        return bytes / 1048576;
    }

    private double change() throws IOException {
        double bytes = 0;
        for (int i = random.nextInt(FILES_A_CHANGED_ONE); i < files; i += FILES_A_CHANGED_ONE) {
            bytes += write(i);
        }
        return bytes / 1048576;
    }

    private int write(int number) throws IOException {
        Path to = Files.createDirectories(data.resolve("folder-" + number / FILES_A_FOLDER));
        StringBuilder text = new StringBuilder();
        for (int lines = 1 + random.nextInt(100); lines > 0; lines--) {
            text.append("line ")
                    .append(random.nextInt(5000))
                    .append(" value=")
                    .append(random.nextInt())
                    .append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        Files.write(to.resolve("file-" + number), bytes);
        return bytes.length;
    }

    /** The programs one after the other, as often as wanted. */
    private final class Round {
        private final String name;
        private final Site site;
        private final Measured restic = new Measured("restic");
        private final Measured tar = new Measured("tar --listed-incremental, zstd -3 -T2");
        private final Measured walk = new Measured("find, each file's state");
        private final Measured whole = new Measured("saddlebag, whole command");
        private final Measured image = new Measured("saddlebag, as a running node: the image");

        Round(String name, Site site) {
            this.name = name;
            this.site = site;
        }

        void measure(int runs) throws Exception {
            for (int run = 0; run < runs; run++) {
                commands.seconds(List.of("sync"));
                walk.add(commands.seconds(List.of("find", data.toString(), "-newermt", "2100-01-01")));
                restic.add(restic());
                tar.add(tar());
                Site.Backup backup = site.incremental();
                whole.add(backup.wholeSeconds());
                image.add(backup.imageSeconds());
            }
        }

        private double restic() throws Exception {
            Path store = folder.resolve("restic");
            if (!Files.exists(store)) {
                commands.seconds(RESTIC, "restic", "-q", "-r", store.toString(), "init");
            }
            return commands.seconds(RESTIC, "restic", "-q", "-r", store.toString(), "backup", data.toString())
                    + commands.seconds(List.of("sync", "-f", store.toString()));
        }

        private double tar() throws Exception {
            Path out = folder.resolve("incremental.tar.zst");
            return commands.seconds(List.of(
                            "tar",
                            "--listed-incremental=" + folder.resolve("tar.snar"),
                            "-C",
                            data.toString(),
                            "-I",
                            "zstd -3 -T2",
                            "-cf",
                            out.toString(),
                            "."))
                    + commands.seconds(List.of("sync", out.toString()));
        }

        void report(double mebibytes) {
            System.out.println(name + ", " + files + " files");
            Measured.report(mebibytes, restic, tar, walk, whole, image);
        }
    }
}
