package io.saddlebag.database.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * What has to be known of one database while its instance is down, or by another process: small files in the node's state
 * folder, durable on return.
 */
final class KeptNotes {
    /** Where its files are, as it said last. */
    static final String FILES = "files";
    /** The backup that put it in backup mode. */
    static final String BACKUP_MODE = "backup-mode";
    /** Its files were put there by a restore, and it has not been open since. */
    static final String RESTORED = "restored";

    private final Path folder;
    private final String database;

    KeptNotes(Path folder, String database) {
        this.folder = folder;
        this.database = database;
    }

    Optional<List<String>> read(String note) throws IOException {
        try {
            return Optional.of(Files.readAllLines(place(note)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    void write(String note, List<String> lines) throws IOException {
        Files.createDirectories(folder);
        Path place = place(note);
        Path temporary = place.resolveSibling(place.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer text = ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    void remove(String note) throws IOException {
        if (Files.deleteIfExists(place(note))) {
            syncFolder();
        }
    }

    private Path place(String note) {
        return folder.resolve(database + "." + note);
    }

    /** Windows can't open folders, and needs no such thing. */
    private void syncFolder() throws IOException {
        if (folder.getFileSystem().getSeparator().equals("/")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
