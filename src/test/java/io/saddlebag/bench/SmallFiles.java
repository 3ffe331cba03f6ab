package io.saddlebag.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** 50,000 files of 1 to 41 KiB, the same each time. */
final class SmallFiles {
    private static final int FILES = 50_000;
    private static final int FILES_A_FOLDER = 200;

    private SmallFiles() {}

    /** @return how much they are, MiB */
    static double create(Path data) throws IOException {
        Random random = new Random(1);
        double mebibytes = 0;
        for (int i = 0; i < FILES; i++) {
            Path to = Files.createDirectories(data.resolve("folder-" + i / FILES_A_FOLDER));
            int bytes = 1024 + random.nextInt(40 * 1024);
            Files.write(to.resolve("file-" + i), text(random, bytes));
            mebibytes += bytes / 1048576.0;
        }
        return mebibytes;
    }

    /** Compresses about as source code and logs do. */
    private static byte[] text(Random random, int bytes) {
        StringBuilder text = new StringBuilder(bytes + 16);
        while (text.length() < bytes) {
            text.append("line ")
                    .append(random.nextInt(5000))
                    .append(" value=")
                    .append(random.nextInt())
                    .append('\n');
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), bytes);
    }
}
