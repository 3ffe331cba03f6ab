package io.saddlebag.database.script;

import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What scripts said, line by line with times, in a file that rotates by size (W4): {@code NAME} is the newest, {@code
 * NAME.1} the one before, and so on. Thread-safe; several processes may write to the same log.
 */
public final class ScriptLog {
    public static final int DEFAULT_FILES = 5;
    public static final long DEFAULT_FILE_BYTES = 1 << 20;

    /** A longer line is cut. */
    public static final int LONGEST_LINE_CHARS = 16 * 1024;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Path file;
    private final int files;
    private final long fileBytes;
    private final Clock clock;

    public ScriptLog(Path file, Clock clock) {
        this(file, DEFAULT_FILES, DEFAULT_FILE_BYTES, clock);
    }

    /**
     * @param files how many are kept, at least 1
     * @param fileBytes a file isn't begun to be written any more when it holds so many
     */
    public ScriptLog(Path file, int files, long fileBytes, Clock clock) {
        if (files < 1 || fileBytes < 1) {
            throw new IllegalArgumentException("at least one file of one byte, not " + files + " of " + fileBytes);
        }
        this.file = file;
        this.files = files;
        this.fileBytes = fileBytes;
        this.clock = clock;
    }

    /** Adds a line; it has been handed to the system on return, which is enough for a log. */
    public synchronized void append(String line) throws IOException {
        if (size() >= fileBytes) {
            rotate();
        }
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        String cut = line.length() <= LONGEST_LINE_CHARS ? line : line.substring(0, LONGEST_LINE_CHARS);
        try (Writer writer = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write(TIME.format(clock.instant()) + " " + cut + "\n");
        }
    }

    private void rotate() throws IOException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // held until the channel is closed
            channel.lock();
            // another process may have rotated while this one waited
            if (size() < fileBytes) {
                return;
            }
            for (int number = files - 1; number >= 1; number--) {
                Path newer = number == 1 ? file : numbered(number - 1);
                if (Files.exists(newer)) {
                    Files.move(newer, numbered(number), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (files == 1) {
                Files.delete(file);
            }
        }
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private long size() throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException none) {
            return 0;
        }
    }
}
