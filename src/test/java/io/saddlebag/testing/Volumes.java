package io.saddlebag.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Real file systems in files, made and filled by their own programs. */
public final class Volumes {
    private Volumes() {}

    /** A sparse file with a new file system. */
    public static Path make(Path folder, String name, long sizeBytes, Object... mkfs)
            throws IOException, InterruptedException {
        Path image = folder.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        Program.need(mkfs[0].toString());
        List<Object> command = new ArrayList<>(List.of(mkfs));
        command.add(image);
        Program.run(folder, command.toArray());
        return image;
    }

    /** What is done while a file system is mounted. */
    public interface Work {
        void on(Path mounted) throws IOException, InterruptedException;
    }

    /** Mounts it, works, unmounts it. */
    public static void mounted(Path image, String options, Work work) throws IOException, InterruptedException {
        Program.needRoot();
        Path point = Files.createTempDirectory("mounted");
        try {
            Program.run(
                    point.getParent(), "mount", "-o", "loop" + (options.isEmpty() ? "" : "," + options), image, point);
            try {
                work.on(point);
            } finally {
                Program.run(point.getParent(), "umount", point);
            }
        } finally {
            Files.delete(point);
        }
    }

    /** Files of many sizes in folders, every third of them deleted again: free space in pieces, with old content in it. */
    public static void fill(Path folder, int files, long seed) throws IOException {
        Random random = new Random(seed);
        List<Path> made = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            Path parent = folder.resolve("d" + i % 7);
            Files.createDirectories(parent);
            byte[] content = new byte[random.nextInt(4) == 0 ? random.nextInt(300_000) : random.nextInt(9000)];
            random.nextBytes(content);
            made.add(Files.write(parent.resolve("f" + i), content));
        }
        for (int i = 0; i < made.size(); i += 3) {
            Files.delete(made.get(i));
        }
    }
}
