package io.saddlebag.database.derby;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The files of a restored database folder, made ready so that an engine on it reaches nothing outside of the copy (W24). */
final class CopiedDatabase {
    private static final String SERVICE = "service.properties";
    private static final String LOG = "log";
    private static final String LOG_DEVICE = "logDevice";
    /** A slave waits for its master; the copy's would be the original's. */
    private static final String REPLICATION = "replication.";

    private final Path folder;
    private final CopyPlace place;

    CopiedDatabase(Path folder, CopyPlace place) {
        this.folder = folder;
        this.place = place;
    }

    Path folder() {
        return folder;
    }

    List<Long> holders() throws IOException {
        return DatabaseFolder.holders(folder, Path.of("/proc"));
    }

    /** Journals elsewhere are in the copy, too. Idempotent. */
    void detach() throws IOException {
        Path service = folder.resolve(SERVICE);
        if (!Files.isRegularFile(service, LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupException(
                    CopyFault.NOT_A_COPY,
                    "there is no " + SERVICE + " in " + folder,
                    "Choose a backup of the whole database; 'saddlebag lsbu' lists them.");
        }
        requireNoLinks();
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(service, StandardCharsets.ISO_8859_1)) {
            properties.load(reader);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(service + " is no file of properties", malformed);
        }
        boolean changed =
                properties.keySet().removeIf(key -> String.valueOf(key).startsWith(REPLICATION));
        String device = properties.getProperty(LOG_DEVICE);
        if (device != null && !device.isBlank() && !Path.of(device).startsWith(place.root())) {
            properties.setProperty(LOG_DEVICE, copied(Path.of(device)).toString());
            changed = true;
        }
        if (changed) {
            try (Writer writer = Files.newBufferedWriter(service, StandardCharsets.ISO_8859_1)) {
                properties.store(writer, null);
            }
        }
    }

    private Path copied(Path device) throws BackupException {
        // relative to the original's system folder, of which the copy knows nothing
        Path copied =
                device.isAbsolute() ? place.of(device) : folder.resolve(device).normalize();
        if (!copied.startsWith(place.root()) || !Files.isDirectory(copied.resolve(LOG), LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupException(
                    CopyFault.NOT_FENCED,
                    "the copy has its journals in " + device + ", which is not in the backup",
                    "Back up the database with all its folders; or restore it by hand on another machine.");
        }
        return copied;
    }

    private void requireNoLinks() throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                if (Files.isSymbolicLink(each)) {
                    throw new BackupException(
                            CopyFault.NOT_FENCED,
                            "the copy has a link " + folder.relativize(each) + " to " + Files.readSymbolicLink(each)
                                    + ", which the engine would write through",
                            "Restore it by hand on another machine; or have no links in the database's folder.");
                }
            }
        }
    }
}
